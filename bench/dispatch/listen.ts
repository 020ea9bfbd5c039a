import { WebSocket } from 'ws';
import { z } from 'zod';

/** A time without a prompt, as an instance told of it; epoch milliseconds with fractions. */
export interface Gap {
  readonly emptyAt: number;
  readonly busyAt: number;
}

export interface Listener {
  /** In the order in which they came; the first lies between the first and the second prompt. */
  readonly gaps: readonly Gap[];
  close(): void;
}

const statusSchema = z.object({
  type: z.literal('status'),
  data: z.object({ status: z.object({ exec_info: z.object({ queue_remaining: z.int() }) }) }),
});

const now = (): number => performance.timeOrigin + performance.now();

/** Listens to the length of an instance's own queue beside the studio. */
export const listen = async (endpoint: string): Promise<Listener> => {
  const gaps: Gap[] = [];
  let emptyAt: number | null = null;
  let isBusy = false;
  const socket = new WebSocket(`${endpoint.replace(/^http/u, 'ws')}/ws?clientId=bench-dispatch`, {
    perMessageDeflate: false,
  });
  const hear = (text: string, at: number): void => {
    const status = statusSchema.safeParse(JSON.parse(text)).data;
    if (status === undefined) return;
    if (status.data.status.exec_info.queue_remaining === 0) {
      if (isBusy) emptyAt = at;
      isBusy = false;
      return;
    }
    if (emptyAt !== null) gaps.push({ emptyAt, busyAt: at });
    emptyAt = null;
    isBusy = true;
  };
  socket.on('message', (data, isBinary) => {
    const at = now();
    // With the default type of binary data a message is one buffer.
    if (!isBinary && Buffer.isBuffer(data)) hear(data.toString('utf8'), at);
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return { gaps, close: () => socket.close() };
};
