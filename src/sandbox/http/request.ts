import type { IncomingMessage } from 'node:http';

/** A request as handlers see it. */
export interface SandboxRequest {
  readonly method: string;
  /** Path as sent, still escaped. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** Parts of the path that the route names, unescaped. */
  readonly params: Readonly<Record<string, string>>;
  header(name: string): string | undefined;
  /** The whole body, read once; fails with BodyTooLarge over the limit. */
  body(): Promise<Buffer>;
}

/** Thrown while a body is read that is larger than --max-upload-size. */
export const bodyTooLargeError = 'BodyTooLarge';

const readBody = async (message: IncomingMessage, limitBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  // Over the limit the rest is still read and thrown away, or the client would never get to see the answer.
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > limitBytes) throw Object.assign(new Error('request body over the limit'), { name: bodyTooLargeError });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
};

/** Wraps Node's request. */
export const createRequest = (message: IncomingMessage, limitBytes: number): SandboxRequest => {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  let reading: Promise<Buffer> | null = null;
  return {
    method: message.method ?? 'GET',
    rawPath,
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    params: {},
    header(name) {
      const value = message.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: () => (reading ??= readBody(message, limitBytes)),
  };
};

/** The body as JSON; throws on anything else, which the server answers with 500 as ComfyUI does. */
export const jsonBody = async (request: SandboxRequest): Promise<unknown> => {
  const parsed: unknown = JSON.parse((await request.body()).toString('utf8'));
  return parsed;
};

/** A JSON object, by its own properties only. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body as a JSON object; throws on anything else. */
export const objectBody = async (request: SandboxRequest): Promise<Record<string, unknown>> => {
  const value = await jsonBody(request);
  if (!isRecord(value)) throw new TypeError('the body is no JSON object');
  return value;
};
