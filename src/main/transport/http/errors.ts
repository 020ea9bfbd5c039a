import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { errorCodes, StudioError, type WireError } from '#contract/errors.ts';

const httpErrorSchema = z.object({ statusCode: z.int() });
const retrySchema = z.object({ retryAfterSeconds: z.number() });

/** What fastify refuses before a route sees it (body too large, wrong type, bad framing) as an error of the table. */
export const asStudioError = (error: unknown): unknown => {
  if (error instanceof StudioError) return error;
  const http = httpErrorSchema.safeParse(error);
  if (!http.success || http.data.statusCode < 400 || http.data.statusCode > 499) return error;
  return new StudioError(http.data.statusCode === 413 ? 'INPUT_TOO_LARGE' : 'INPUT_INVALID', undefined, {
    cause: error,
  });
};

/** Answers an error in the form that every wire uses, with the status of its code. */
export const sendError = (reply: FastifyReply, error: WireError): FastifyReply => {
  const retry = retrySchema.safeParse(error.details);
  if (retry.success) reply.header('retry-after', String(retry.data.retryAfterSeconds));
  if (error.code === 'AUTH_REQUIRED') reply.header('www-authenticate', 'Bearer realm="atelier"');
  return sendJson(reply.code(errorCodes[error.code].status), error);
};

export const sendJson = (reply: FastifyReply, value: unknown): FastifyReply =>
  reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(value ?? null));
