import { WebSocket } from 'ws';
import type { RecordedFrame } from './recording.ts';

export interface RecordingSocket {
  /** Everything received so far, in the form of the recordings. */
  frames(): readonly RecordedFrame[];
  /** Forgets what was received so far. */
  clear(): void;
  send(text: string): void;
  /** Waits until `done` holds of the frames, at most `timeoutMs`. */
  until(done: (frames: readonly RecordedFrame[]) => boolean, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
  /** Close code, once the connection has ended. */
  readonly closed: Promise<number>;
  readonly extensions: string;
}

const waitTimeoutMs = 20_000;

const describeBinary = (bytes: Buffer): Readonly<Record<string, unknown>> => {
  const event = bytes.readUInt32BE(0);
  if (event === 1) {
    return { event, format: bytes.readUInt32BE(4), payload_magic_hex: bytes.subarray(8, 16).toString('hex') };
  }
  const length = bytes.readUInt32BE(4);
  const head = bytes.subarray(8, 8 + length).toString('utf8');
  const rest = bytes.subarray(8 + length);
  if (event === 3) return { event, node_id: head, text: rest.toString('utf8') };
  const metadata: unknown = JSON.parse(head);
  return { event, metadata, payload_magic_hex: rest.subarray(0, 8).toString('hex') };
};

/** A frame as compared: lengths and leading bytes of pictures differ between two encoders. */
export const comparableFrame = (frame: RecordedFrame): unknown => {
  if (frame.binary === undefined) return frame.json;
  const { event, format, metadata, node_id: nodeId, text } = frame.binary;
  const magic =
    typeof frame.binary.payload_magic_hex === 'string' ? frame.binary.payload_magic_hex.slice(0, 6) : undefined;
  return { event, format, metadata, nodeId, text, magic };
};

/** Connects a client that keeps what it receives. Fails with the HTTP status when the handshake is refused. */
export const openSocket = (
  port: number,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RecordingSocket> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws${query}`, { headers: { ...headers } });
  const frames: RecordedFrame[] = [];
  const listeners = new Set<() => void>();
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('message', (data, isBinary) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.from('');
    if (isBinary) frames.push({ dir: 'recv', binary: describeBinary(bytes) });
    else frames.push({ dir: 'recv', json: JSON.parse(bytes.toString('utf8')) });
    for (const listener of listeners) listener();
  });
  const until: RecordingSocket['until'] = (done, timeoutMs = waitTimeoutMs) =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!done(frames)) return;
        clearTimeout(timer);
        listeners.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        listeners.delete(check);
        reject(new Error(`not received; got ${frames.map((frame) => frame.json?.type ?? 'binary').join(', ')}`));
      }, timeoutMs);
      listeners.add(check);
      check();
    });
  const recording: Omit<RecordingSocket, 'extensions'> = {
    frames: () => [...frames],
    clear: () => void frames.splice(0),
    send: (text) => socket.send(text),
    until,
    closed,
    async close() {
      socket.close();
      await closed;
    },
  };
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => reject(new Error(`refused with ${response.statusCode}`)));
    socket.on('open', () => resolve({ ...recording, extensions: socket.extensions }));
  });
};

/** Whether the last message of a prompt has come: `executing` with node null. */
export const isOver = (frames: readonly RecordedFrame[], promptId: unknown): boolean =>
  frames.some(({ json }) => json?.type === 'executing' && json.data.node === null && json.data.prompt_id === promptId);
