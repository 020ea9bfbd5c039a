import { once } from 'node:events';
import { WebSocket } from 'ws';
import { submitPrompt } from '../../../test/gateway/plain-client.ts';
import { readPreviewStamp } from '../preview-stamp.ts';

export interface PreviewLoad {
  readonly address: string;
  readonly clients: number;
  /** Class whose node sends the previews. */
  readonly classType: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly limitMs: number;
}

export interface PreviewResult {
  /** From the sending of each preview by its instance to its arrival at the client. */
  readonly delaysMs: readonly number[];
  /** Previews that were not there, counted by the gaps in their numbers. */
  readonly lost: number;
  readonly foreign: number;
  /** Jobs whose end was told, exactly once. */
  readonly ended: number;
}

interface Tally {
  readonly delaysMs: number[];
  lost: number;
  foreign: number;
}

/** One client: a job of its own, every preview of it timed, until its end is told. */
const watchOne = async (load: PreviewLoad, index: number, tally: Tally): Promise<boolean> => {
  const clientId = `preview-${index}`;
  const socket = new WebSocket(`${load.address.replace('http', 'ws')}/ws?clientId=${clientId}`, {
    perMessageDeflate: false,
  });
  let last = -1;
  let ends = 0;
  const over = Promise.withResolvers<void>();
  socket.on('message', (data, isBinary) => {
    if (!Buffer.isBuffer(data)) return;
    if (!isBinary) {
      const { type, data: body } = JSON.parse(data.toString('utf8')) as { type: string; data: { node?: unknown } };
      if (type !== 'executing' || body.node !== null) return;
      ends += 1;
      over.resolve();
      return;
    }
    const stamp = readPreviewStamp(data);
    tally.delaysMs.push(performance.timeOrigin + performance.now() - stamp.sentAt);
    if (stamp.lane !== index) tally.foreign += 1;
    tally.lost += stamp.number - last - 1;
    last = stamp.number;
  });
  await once(socket, 'open');
  await submitPrompt(load.address, {
    prompt: { '1': { class_type: load.classType, inputs: { ...load.inputs, lane: index } } },
    client_id: clientId,
  });
  const timer = setTimeout(() => over.reject(new Error(`client ${index} was not told of the end`)), load.limitMs);
  await over.promise;
  clearTimeout(timer);
  socket.close();
  return ends === 1;
};

/** All clients at once. */
export const watchPreviews = async (load: PreviewLoad): Promise<PreviewResult> => {
  const tally: Tally = { delaysMs: [], lost: 0, foreign: 0 };
  const ends = await Promise.all(Array.from({ length: load.clients }, (_, index) => watchOne(load, index, tally)));
  return { ...tally, ended: ends.filter((once) => once).length };
};
