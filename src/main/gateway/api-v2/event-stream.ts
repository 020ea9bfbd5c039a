import type { ServerResponse } from 'node:http';

/** A client gives up after 45 s without a byte. */
const keepAliveMs = 15_000;

export interface EventStream {
  send(event: string, data: unknown): void;
  /** Something of which only the newest matters: while the client does not read, older ones under the same name are left out. */
  sendNewest(event: string, data: unknown): void;
  end(): void;
}

const frame = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** Server-sent events over an answer. What a slow client does not read is bounded: there are few events besides the newest ones. */
export const openEventStream = (
  response: ServerResponse,
  schedule: (delayMs: number, task: () => void) => () => void,
): EventStream => {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const held = new Map<string, unknown>();
  let isEnded = false;
  let cancelKeepAlive = (): void => undefined;
  const keepAlive = (): void => {
    cancelKeepAlive = schedule(keepAliveMs, () => {
      if (!response.writableNeedDrain) response.write(': keep-alive\n\n');
      keepAlive();
    });
  };
  const flush = (): void => {
    for (const [event, data] of held) response.write(frame(event, data));
    held.clear();
  };
  const close = (): void => {
    isEnded = true;
    cancelKeepAlive();
    held.clear();
  };
  response.on('drain', flush);
  response.once('close', close);
  keepAlive();
  return {
    send: (event, data) => {
      if (isEnded) return;
      flush();
      response.write(frame(event, data));
    },
    sendNewest: (event, data) => {
      if (isEnded) return;
      if (response.writableNeedDrain) held.set(event, data);
      else response.write(frame(event, data));
    },
    end: () => {
      if (isEnded) return;
      flush();
      close();
      response.end();
    },
  };
};
