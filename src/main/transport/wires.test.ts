import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describe } from 'vitest';
import { memoryWirePair } from '#contract/wires/memory.ts';
import {
  emitterPort,
  type MessagePortLike,
  messagePortClientWire,
  messagePortStudioWire,
} from '#contract/wires/message-port.ts';
import { type WireKind, wireSuite } from './wire-suite.fixture.ts';

const memory: WireKind = {
  open: async (serve) => ({
    connect: async () => {
      const { studio, client } = memoryWirePair();
      serve(studio);
      return client;
    },
    close: async () => undefined,
  }),
};

const portKind = (studioPort: (port: MessagePort) => MessagePortLike): WireKind => ({
  open: async (serve) => {
    const ports: MessagePort[] = [];
    return {
      connect: async () => {
        const { port1, port2 } = new MessageChannel();
        ports.push(port1, port2);
        serve(messagePortStudioWire(studioPort(port1)));
        return messagePortClientWire(asPage(port2));
      },
      close: async () => {
        for (const port of ports) port.close();
      },
    };
  },
});

/** Node's port is the port of a page; its type only leaves the kind of the event open. */
const asPage = (port: MessagePort): MessagePortLike => port as unknown as MessagePortLike;

/** A port with the names of an EventEmitter and events that carry `data`, as Electron's MessagePortMain has them. */
const asEmitter = (port: MessagePort): Parameters<typeof emitterPort>[0] => ({
  postMessage: (message) => port.postMessage(message),
  start: () => port.start(),
  close: () => port.close(),
  on: (...[type, listener]: ['message', (event: { data: unknown }) => void] | ['close', () => void]) =>
    type === 'message' ? port.on('message', (data) => listener({ data })) : port.on('close', () => listener()),
});

describe('over memory', () => wireSuite(memory));
describe('over a MessagePort', () => wireSuite(portKind(asPage)));
describe('over a port of the desktop', () => wireSuite(portKind((port) => emitterPort(asEmitter(port)))));
