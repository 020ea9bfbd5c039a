import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileAnswer, FileBody } from '#core/ports/comfy-client.ts';
import type { Exchange } from '../exchange.ts';

/** Resolves when the connection has the bytes, and rejects when it is gone; the bytes may be on their way out even then. */
const writePiece = (response: ServerResponse, piece: Uint8Array, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('The client is gone.'));
    if (signal.aborted) {
      gone();
      return;
    }
    signal.addEventListener('abort', gone, { once: true });
    response.write(piece, (error) => {
      signal.removeEventListener('abort', gone);
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });

const sendPieces = async (
  { response, signal }: Exchange,
  { status, headers }: FileAnswer,
  forEachPiece: NonNullable<FileBody['forEachPiece']>,
): Promise<void> => {
  // With the first piece: a file that cannot be opened can still be answered with an error.
  const begin = (): void => {
    if (!response.headersSent) response.writeHead(status, { ...headers });
  };
  await forEachPiece((piece) => {
    begin();
    return writePiece(response, piece, signal);
  });
  begin();
  response.end();
};

/** Hands a file on as it comes. A source that breaks off breaks the answer off, and a client that goes away ends the reading. */
export const sendFileAnswer = async (exchange: Exchange, answer: FileAnswer): Promise<void> => {
  const { request, response } = exchange;
  const { status, headers, body } = answer;
  if (request.method === 'HEAD' || status === 304) {
    response.writeHead(status, { ...headers });
    response.end();
    await body[Symbol.asyncIterator]().return?.();
    return;
  }
  if (body.forEachPiece !== undefined) {
    try {
      await sendPieces(exchange, answer, body.forEachPiece);
    } catch (error) {
      if (response.headersSent) response.destroy();
      throw error;
    }
    return;
  }
  response.writeHead(status, { ...headers });
  await pipeline(Readable.from(body, { objectMode: false }), response);
};
