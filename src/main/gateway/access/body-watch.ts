import type { IncomingMessage } from 'node:http';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import { hasBody } from './raw-answer.ts';

export interface BodyPace {
  /** A body brings at least `windowBytes` in each such time, unless it is the gateway that does not read on. */
  readonly windowMs: number;
  readonly windowBytes: number;
}

/** Bytes around a body: chunk lengths and what follows it on the connection. */
const framingShare = 1.1;
const framingBytes = 1024 ** 2;
const looksPerWindow = 10;

/**
 * Tells of a body that comes too slowly, whatever its size (a large one that goes on may take hours), and of one that never ends. Looks at
 * the connection, so that it holds for every route, read or not.
 */
export const watchBody = (
  request: IncomingMessage,
  { clock, pace, maxBytes }: { readonly clock: Clock; readonly pace: BodyPace; readonly maxBytes: number },
  onProblem: (problem: 'slow' | 'large') => void,
): Cancel => {
  if (!hasBody(request)) return () => undefined;
  const { socket } = request;
  const mostBytes = socket.bytesRead + maxBytes * framingShare + framingBytes;
  let windowBytes = socket.bytesRead;
  let looks = 0;

  const look = (): void => {
    if (request.complete || request.destroyed) return;
    if (socket.bytesRead > mostBytes) {
      onProblem('large');
      return;
    }
    looks += 1;
    if (looks % looksPerWindow === 0) {
      const isFull = request.readableLength >= request.readableHighWaterMark;
      if (!isFull && socket.bytesRead - windowBytes < pace.windowBytes) {
        onProblem('slow');
        return;
      }
      windowBytes = socket.bytesRead;
    }
    cancel = clock.schedule(pace.windowMs / looksPerWindow, look);
  };
  let cancel = clock.schedule(pace.windowMs / looksPerWindow, look);
  return () => cancel();
};
