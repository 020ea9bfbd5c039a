import { once } from 'node:events';
import { WebSocket } from 'ws';
import { waitFor } from '../studio-client.ts';

/** A client as a script writes one: fetch and a websocket, nothing of the studio. */

export interface FileReference {
  readonly filename: string;
  readonly subfolder: string;
  readonly type: string;
}

export interface HistoryEntry {
  readonly prompt: readonly [number, string, unknown, Readonly<Record<string, unknown>>, readonly string[]];
  readonly outputs: Readonly<Record<string, { readonly images?: readonly FileReference[] }>>;
  readonly status: {
    readonly status_str: string;
    readonly completed: boolean;
    readonly messages: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  };
}

export type History = Readonly<Record<string, HistoryEntry>>;
export type QueueItem = readonly [number, string, unknown, Readonly<Record<string, unknown>>, readonly string[]];
export interface Queue {
  readonly queue_running: readonly QueueItem[];
  readonly queue_pending: readonly QueueItem[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null where the body is not JSON. */
  readonly json: unknown;
}

const answerLimitMs = 30_000;

/** One request; `body` is sent as JSON without a word about its type, as urllib and many scripts do. */
export const ask = async (address: string, path: string, init: RequestInit = {}): Promise<Answer> => {
  const answer = await fetch(`${address}${path}`, { signal: AbortSignal.timeout(answerLimitMs), ...init });
  const text = await answer.text();
  const isJson = (answer.headers.get('content-type') ?? '').startsWith('application/json') && text !== '';
  return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : null };
};

export const post = (address: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(address, path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });

const expectOk = ({ status, text, json }: Answer): unknown => {
  if (status !== 200) throw new Error(`HTTP ${status} ${text.slice(0, 1000)}`);
  return json;
};

/** Submits and answers the id; fails with the refusal otherwise. */
export const submitPrompt = async (address: string, body: object): Promise<string> => {
  const { prompt_id: id } = expectOk(await post(address, '/prompt', body)) as { prompt_id: string };
  return id;
};

export const historyOf = async (address: string, id?: string): Promise<History> =>
  expectOk(await ask(address, id === undefined ? '/history' : `/history/${id}`)) as History;

export const queueOf = async (address: string): Promise<Queue> => expectOk(await ask(address, '/queue')) as Queue;

/** Waits until a prompt is in the history, as a client without a websocket does. */
export const untilInHistory = async (address: string, id: string, limitMs = 45_000): Promise<HistoryEntry> => {
  const entry = await waitFor(
    `history of ${id}`,
    async () => (await historyOf(address, id))[id] ?? null,
    (found) => found !== null,
    limitMs,
  );
  if (entry === null) throw new Error('unreachable');
  return entry;
};

/** All pictures of an entry, in the order of its nodes. */
export const imagesOf = (entry: HistoryEntry): readonly FileReference[] =>
  Object.values(entry.outputs).flatMap(({ images }) => images ?? []);

/** The bytes of a file; fails where it cannot be had. */
export const viewFile = async (address: string, file: FileReference): Promise<Buffer> => {
  const answer = await fetch(`${address}/view?${new URLSearchParams({ ...file }).toString()}`);
  if (answer.status !== 200) throw new Error(`/view of ${file.filename}: HTTP ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
};

export interface Message {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What came over a websocket: a message, or a binary frame. */
export type Heard =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'binary'; readonly bytes: Buffer };

export interface Listener {
  readonly clientId: string;
  readonly heard: readonly Heard[];
  messages(promptId?: string): readonly Message[];
  /** Payloads of the binary frames that carry a picture, each with the prompt of the last `executing` before it. */
  previews(): readonly { readonly promptId: unknown; readonly picture: Buffer }[];
  send(message: unknown): void;
  until(what: string, fits: (heard: readonly Heard[]) => boolean, limitMs?: number): Promise<void>;
  /** Waits for `executing` with node null of a prompt. */
  untilOver(promptId: string, limitMs?: number): Promise<void>;
  /** Calls back the moment a message arrives. */
  onMessage(listener: (message: Message) => void): void;
  close(): Promise<void>;
  /** The connection is cut, as by a network that fails. */
  cut(): void;
}

const pictureAt = 8;

export const isOverFor =
  (promptId: string) =>
  (heard: readonly Heard[]): boolean =>
    heard.some(
      (item) =>
        item.kind === 'message' &&
        item.message.type === 'executing' &&
        item.message.data['node'] === null &&
        item.message.data['prompt_id'] === promptId,
    );

const previewsIn = (heard: readonly Heard[]): readonly { promptId: unknown; picture: Buffer }[] => {
  let promptId: unknown = null;
  const previews: { promptId: unknown; picture: Buffer }[] = [];
  for (const item of heard) {
    if (item.kind === 'message' && item.message.type === 'executing') promptId = item.message.data['prompt_id'];
    if (item.kind === 'binary' && item.bytes.readUInt32BE(0) === 1)
      previews.push({ promptId, picture: item.bytes.subarray(pictureAt) });
  }
  return previews;
};

/** Connects a websocket that keeps everything it hears. */
export const listen = async (
  address: string,
  clientId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Listener> => {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/ws?clientId=${encodeURIComponent(clientId)}`, {
    headers: { ...headers },
  });
  const heard: Heard[] = [];
  const listeners = new Set<(message: Message) => void>();
  socket.on('message', (data, isBinary) => {
    if (!Buffer.isBuffer(data)) throw new Error('the socket answers Buffers');
    if (isBinary) {
      heard.push({ kind: 'binary', bytes: data });
      return;
    }
    const message = JSON.parse(data.toString('utf8')) as Message;
    heard.push({ kind: 'message', message });
    for (const listener of listeners) listener(message);
  });
  await once(socket, 'open');
  const until: Listener['until'] = async (what, fits, limitMs = 30_000) => {
    await waitFor(
      what,
      () => fits(heard),
      (found) => found,
      limitMs,
    );
  };
  return {
    clientId,
    heard,
    messages: (promptId) =>
      heard.flatMap((item) =>
        item.kind === 'message' && (promptId === undefined || item.message.data['prompt_id'] === promptId)
          ? [item.message]
          : [],
      ),
    previews: () => previewsIn(heard),
    send: (message) => socket.send(JSON.stringify(message)),
    until,
    untilOver: (promptId, limitMs) => until(`end of ${promptId}`, isOverFor(promptId), limitMs),
    onMessage: (listener) => void listeners.add(listener),
    close: async () => {
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
    cut: () => socket.terminate(),
  };
};
