import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Exchange } from '../exchange.ts';

/** So much is gathered before it is sent; a shorter answer goes out whole. */
const gatheredCharacters = 64 * 1024;

const isPast = ({ response, signal }: Pick<Exchange, 'response' | 'signal'>): boolean =>
  signal.aborted || response.destroyed;

/** Hands a piece on and waits while the client does not read; others get their turn in any case. */
const sendPiece = async (exchange: Pick<Exchange, 'response' | 'signal'>, text: string): Promise<void> => {
  const { response, signal } = exchange;
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  if (response.write(text)) {
    await nextTurn();
    return;
  }
  await once(response, 'drain', { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
};

/**
 * Answers 200 with JSON that is made while it is sent, so that a long list neither stands in memory nor keeps others waiting. What fails
 * before anything was sent fails this call; what fails later breaks the answer off. Ends early when the client is gone.
 */
export const sendJsonPieces = async (
  exchange: Pick<Exchange, 'response' | 'signal'>,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<void> => {
  const { response } = exchange;
  let gathered = '';
  for await (const piece of pieces) {
    gathered += piece;
    if (gathered.length < gatheredCharacters) continue;
    await sendPiece(exchange, gathered);
    gathered = '';
    if (isPast(exchange)) return;
  }
  if (!response.headersSent) {
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(gathered),
    });
  }
  response.end(gathered);
};

/** A JSON list of what comes, piece by piece. */
export const listPieces = function* <Item>(items: Iterable<Item>, textOf: (item: Item) => string): Generator<string> {
  yield '[';
  let isFirst = true;
  for (const item of items) {
    yield isFirst ? textOf(item) : `,${textOf(item)}`;
    isFirst = false;
  }
  yield ']';
};
