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

/**
 * Hands each chunk of a body to `take`, without the turns of the event loop that a generator costs. What `take` throws ends the reading
 * and leaves the connection open; a body that breaks off is CONNECTION_LOST.
 */
export const eachChunk = (request: IncomingMessage, take: (chunk: Buffer) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    if (request.readableEnded) return resolve();
    const end = (): void => {
      request.off('data', data).off('end', ended).off('error', lost).off('close', lost);
    };
    const ended = (): void => {
      end();
      resolve();
    };
    const lost = (cause?: unknown): void => {
      end();
      reject(new StudioError('CONNECTION_LOST', undefined, { cause }));
    };
    const data = (chunk: Buffer): void => {
      try {
        take(chunk);
      } catch (error) {
        end();
        request.pause();
        reject(error);
      }
    };
    if (request.destroyed) return lost();
    request.on('end', ended).on('error', lost).on('close', lost).on('data', data);
  });
