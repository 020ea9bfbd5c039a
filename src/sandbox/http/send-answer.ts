import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Answer, FileBody } from './answer.ts';

const isFile = (body: Answer['body']): body is FileBody =>
  typeof body === 'object' && body !== null && !(body instanceof Uint8Array);

const lengthOf = (body: Answer['body']): number | null => {
  if (body === null) return null;
  if (typeof body === 'string') return Buffer.byteLength(body);
  return isFile(body) ? body.end - body.start + 1 : body.length;
};

const isText = (answer: Answer): boolean => /^(application\/json|text\/)/.test(answer.headers['Content-Type'] ?? '');

const compressed = async (answer: Answer): Promise<Answer> => {
  if (typeof answer.body !== 'string' || !isText(answer)) return answer;
  const { gzip } = await import('node:zlib');
  const body = await promisify(gzip)(answer.body);
  return { ...answer, headers: { ...answer.headers, 'Content-Encoding': 'gzip' }, body };
};

/** Bodies of these statuses are never sent. */
const isBodiless = (status: number): boolean => status === 204 || status === 304;

/** Header values as aiohttp sends them, in UTF-8; Node takes one character a byte and refuses all beyond. */
const utf8Headers = (headers: Answer['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, 'utf8').toString('latin1')]),
  );

/** What the answers name as the server's software. */
export const serverName = 'Python/3.11 aiohttp/3.14.3 (Atelier sandbox)';

/** Sends an answer; HEAD gets its headers only. A client that goes away in mid-file is no error. */
export const sendAnswer = async (
  message: IncomingMessage,
  response: ServerResponse,
  plain: Answer,
  compress: boolean,
): Promise<void> => {
  const wantsGzip = compress && /\bgzip\b/.test(message.headers['accept-encoding'] ?? '');
  const answer = wantsGzip ? await compressed(plain) : plain;
  const length = lengthOf(answer.body);
  response.writeHead(answer.status, {
    ...utf8Headers(answer.headers),
    ...(isBodiless(answer.status) ? {} : { 'Content-Length': String(length ?? 0) }),
    Server: serverName,
  });
  if (message.method === 'HEAD' || isBodiless(answer.status) || answer.body === null) {
    response.end();
    return;
  }
  if (!isFile(answer.body)) {
    response.end(answer.body);
    return;
  }
  try {
    await pipeline(createReadStream(answer.body.path, { start: answer.body.start, end: answer.body.end }), response);
  } catch (error) {
    if (!response.destroyed) response.destroy(error instanceof Error ? error : undefined);
  }
};
