import { Pool } from 'undici';
import { WebSocket } from 'ws';
import type { CallInput, CallName } from '#contract/calls/index.ts';
import { wireConstants } from '#contract/wire-constants.ts';

/** Calls a studio at less cost than `fetch`, so that the studio is what is measured. */
export interface Caller {
  /** Resolves with the answer's text; fails with a refusal. */
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<string>;
  close(): Promise<void>;
}

/** Over so many connections that stay open. */
export const createHttpCaller = (address: string, connections: number): Caller => {
  const pool = new Pool(address, { connections, pipelining: 1 });
  return {
    call: async (name, input) => {
      const { statusCode, body } = await pool.request({
        path: `/api/${name.replace('.', '/')}`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`${name}: HTTP ${statusCode} ${text}`);
      return text;
    },
    close: () => pool.close(),
  };
};

const replyId = /"id":(?<id>\d+)/u;

/** Over one websocket, as a screen does; the values of answers are not parsed. */
export const createWireCaller = async (address: string): Promise<Caller> => {
  const socket = new WebSocket(`${address.replace(/^http/u, 'ws')}${wireConstants.webSocketPath}`, {
    perMessageDeflate: false,
  });
  const waiting = new Map<number, (text: string) => void>();
  let nextId = 1;
  socket.on('message', (data) => {
    if (!Buffer.isBuffer(data)) return;
    const text = data.toString('utf8');
    const id = Number(replyId.exec(text)?.groups?.['id']);
    waiting.get(id)?.(text);
    waiting.delete(id);
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    call: async (method, input) => {
      const id = nextId;
      nextId += 1;
      const text = await new Promise<string>((resolve) => {
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ type: 'call', id, method, input }));
      });
      if (!text.includes('"ok":true')) throw new Error(`${method}: ${text}`);
      return text;
    },
    close: async () => {
      const closed = new Promise((resolve) => {
        socket.once('close', resolve);
      });
      socket.close();
      await closed;
    },
  };
};
