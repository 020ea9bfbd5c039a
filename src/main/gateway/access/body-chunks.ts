import type { IncomingMessage } from 'node:http';
import { StudioError } from '#contract/errors.ts';

export const bodyTooLarge = (maxBytes: number): StudioError =>
  new StudioError('INPUT_TOO_LARGE', undefined, { details: { maxBytes } });

/** The chunks of a body; leaves the connection open where it is not read to its end, and fails with CONNECTION_LOST where it breaks off. */
export async function* bodyChunks(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    throw error instanceof StudioError ? error : new StudioError('CONNECTION_LOST', undefined, { cause: error });
  }
}

/** The chunks of a body of any kind as they come; INPUT_TOO_LARGE beyond the limit. */
export async function* limitedBody(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of bodyChunks(request)) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw bodyTooLarge(maxBytes);
    yield chunk;
  }
}
