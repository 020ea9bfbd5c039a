import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { StudioError } from '#contract/errors.ts';
import type { ContentAnswer, ContentHandler } from '#contract/handlers.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import { contentHeaders } from '../content-security-policy.ts';
import { errorFields, type TransportLog } from '../transport-log.ts';
import { abortedByClose } from './api-routes.ts';
import { safePath } from './safe-path.ts';

/** The binary routes: bodies are streamed both ways and never held in memory. */
export const addContentRoutes = (app: FastifyInstance, content: ContentHandler, log: TransportLog): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
    url: `${wireConstants.contentPathPrefix}*`,
    handler: async (request, reply) => {
      const answer = await content({
        method: request.method,
        path: safePath(request.raw.url ?? '').slice(wireConstants.contentPathPrefix.length - 1),
        query: Object.fromEntries(new URL(request.raw.url ?? '', 'http://localhost').searchParams),
        headers: singleHeaders(request),
        body: request.raw,
        signal: abortedByClose(reply),
      });
      // A body that nobody read would keep the connection busy; closing it tells the sender to stop.
      if (!request.raw.complete) reply.header('connection', 'close');
      return reply
        .code(answer.status)
        .headers(contentHeaders(answer.headers))
        .send(bodyOf(request.method, answer, log));
    },
  });
  app.route({
    method: ['PATCH', 'OPTIONS'],
    url: `${wireConstants.contentPathPrefix}*`,
    handler: () => {
      throw new StudioError('METHOD_NOT_ALLOWED');
    },
  });
};

const singleHeaders = (request: FastifyRequest): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
};

const bodyOf = (method: string, { body }: ContentAnswer, log: TransportLog): Buffer | string | Readable | undefined => {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const stream = Readable.from(body, { objectMode: false });
  stream.once('error', (error) => log.warn('A content answer broke off', errorFields(error)));
  if (method !== 'HEAD') return stream;
  // Only the headers are wanted; the source is told at once that nobody reads.
  stream.destroy();
  return undefined;
};
