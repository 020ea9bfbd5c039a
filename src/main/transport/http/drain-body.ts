import type { IncomingMessage } from 'node:http';

/**
 * Reads and forgets what is left of a body, at most `maxBytes` and `timeoutMs` long. A client that is cut off while it still sends
 * sees a broken connection instead of the answer that says why.
 */
export const drainBody = (
  request: IncomingMessage,
  { maxBytes, timeoutMs }: { readonly maxBytes: number; readonly timeoutMs: number },
): Promise<void> =>
  new Promise((resolve) => {
    let left = maxBytes;
    const finish = (): void => {
      clearTimeout(timer);
      request.off('data', count).off('end', finish).off('close', finish);
      resolve();
    };
    const count = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) finish();
    };
    const timer = setTimeout(finish, timeoutMs);
    if (request.complete || request.destroyed) finish();
    else request.on('data', count).once('end', finish).once('close', finish);
  });
