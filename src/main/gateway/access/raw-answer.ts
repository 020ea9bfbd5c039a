import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { envelope } from '../error-envelope.ts';

/** An answer that is known before any route is asked. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** ComfyUI refuses foreign pages, and answers OPTIONS, with nothing but a status (comfyui-protocol.md 2.1). */
export const emptyAnswer = (status: number): RawAnswer => ({ status, headers: {}, body: '' });

export const jsonAnswer = (status: number, body: unknown, headers: RawAnswer['headers'] = {}): RawAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

/** An error as clients of ComfyUI read it. */
export const envelopeAnswer = (
  status: number,
  [type, message, details = '']: readonly [type: string, message: string, details?: string],
  headers: RawAnswer['headers'] = {},
): RawAnswer => jsonAnswer(status, envelope(type, message, details), headers);

/** ComfyUI's own words for a body beyond its limit (comfyui-protocol.md 2.1). */
export const tooLarge = (maxBytes: number): RawAnswer => ({
  status: 413,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: `Maximum request body size ${maxBytes} exceeded.`,
});

/** As text for a socket that has no response object; the connection ends with it. */
export const answerText = ({ status, headers, body }: RawAnswer): string => {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
};

/** How much of a refused body is passed over, not kept, so that its sender gets to read the answer. */
const drainLimits = { maxBytes: 128 * 1024 ** 2, timeoutMs: 10_000 };

const drain = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    let bytes = 0;
    const limit = setTimeout(resolve, drainLimits.timeoutMs);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > drainLimits.maxBytes) resolve();
    });
    request.once('close', resolve);
    request.once('end', () => {
      clearTimeout(limit);
      resolve();
    });
    request.once('close', () => clearTimeout(limit));
  });

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Sends the answer at once; what still comes of the request's body is thrown away, and the connection closed after it. */
export const sendAnswer = (request: IncomingMessage, response: ServerResponse, answer: RawAnswer): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, headers, body } = answer;
  const isHead = request.method === 'HEAD';
  const rest = hasBody(request) && !request.complete;
  const closing = rest ? { connection: 'close' } : {};
  response.writeHead(status, { ...headers, ...closing, 'content-length': String(Buffer.byteLength(body)) });
  if (!rest || request.headers.expect !== undefined) {
    response.end(isHead ? '' : body);
    return;
  }
  response.flushHeaders();
  if (!isHead && body !== '') response.write(body);
  void drain(request).then(() => response.end());
};
