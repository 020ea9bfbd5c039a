import { StudioError } from '#contract/errors.ts';
import type { ClientWire } from '#contract/wire.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import { messagePortClientWire } from '#contract/wires/message-port.ts';
import { webSocketClientWire } from '#contract/wires/web-socket-client.ts';

/** What the preload script of a desktop window puts on the page. */
export interface DesktopBridge {
  /** Asks for a fresh wire; its port arrives as a window message of type `wireConstants.pagePortMessage`. */
  connect(): void;
}

declare global {
  interface Window {
    readonly atelier?: DesktopBridge;
  }
}

const portTimeoutMs = 10_000;

const isPortMessage = (event: MessageEvent<unknown>): boolean =>
  event.source === window &&
  typeof event.data === 'object' &&
  event.data !== null &&
  'type' in event.data &&
  event.data.type === wireConstants.pagePortMessage;

/** A wire over the port that the preload script hands to the page. */
const connectDesktop = (bridge: DesktopBridge): Promise<ClientWire> =>
  new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      window.removeEventListener('message', receive);
    };
    const receive = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0];
      if (!isPortMessage(event) || port === undefined) return;
      stop();
      resolve(messagePortClientWire(port));
    };
    const timer = setTimeout(() => {
      stop();
      reject(new StudioError('CONNECTION_LOST'));
    }, portTimeoutMs);
    window.addEventListener('message', receive);
    bridge.connect();
  });

const webSocketUrl = (): string => {
  const url = new URL(wireConstants.webSocketPath, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};

/** How this page reaches its studio: over the port of a desktop window, else over a websocket to where it came from. */
export const chooseConnect = (): (() => ClientWire | Promise<ClientWire>) => {
  const bridge = window.atelier;
  return bridge === undefined ? () => webSocketClientWire(new WebSocket(webSocketUrl())) : () => connectDesktop(bridge);
};
