import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

export interface WholeRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable | null;
  readonly signal: AbortSignal | undefined;
  /** Limit of the whole exchange. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface WholeAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** Why an exchange ended without an answer. */
export type Breach =
  | { readonly kind: 'aborted'; readonly cause: unknown }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'failed'; readonly cause: unknown };

const stopped = new Error('The exchange is over.');

/**
 * One request and its whole answer in memory. It hears the connection itself instead of reading a stream: each stream costs some turns of
 * the event loop, and every job waits for two answers of its instance. `broken` makes the error that it fails with.
 */
export const askForWhole = (
  dispatcher: Dispatcher,
  request: WholeRequest,
  broken: (breach: Breach) => Error,
): Promise<WholeAnswer> =>
  new Promise((resolve, reject) => {
    const { signal, timeoutMs, maxBytes } = request;
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    let isOver = false;
    let control: Dispatcher.DispatchController | null = null;

    const end = (): boolean => {
      if (isOver) return false;
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      return true;
    };
    const breakOff = (breach: Breach): void => {
      if (!end()) return;
      reject(broken(breach));
      control?.abort(stopped);
    };
    const abort = (): void => breakOff({ kind: 'aborted', cause: signal?.reason });
    const timer = setTimeout(() => breakOff({ kind: 'timeout' }), timeoutMs);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) return abort();

    try {
      const { origin, pathname, search } = new URL(request.url);
      const { method, headers, body } = request;
      dispatcher.dispatch(
        // The limit of the whole exchange is the narrower one.
        { origin, path: pathname + search, method, headers, body, headersTimeout: 0, bodyTimeout: 0 },
        {
          onRequestStart: (controller) => {
            control = controller;
            // It waited for a free connection while its caller gave it up.
            if (isOver) controller.abort(stopped);
          },
          onResponseStart: (_controller, statusCode) => {
            status = statusCode;
          },
          onResponseData: (_controller, chunk) => {
            bytes += chunk.length;
            if (bytes > maxBytes) breakOff({ kind: 'too-large' });
            else chunks.push(chunk);
          },
          onResponseEnd: () => {
            if (end()) resolve({ status, body: Buffer.concat(chunks, bytes) });
          },
          onResponseError: (_controller, cause) => breakOff({ kind: 'failed', cause }),
        },
      );
    } catch (cause) {
      // An address or a header that cannot be sent at all.
      breakOff({ kind: 'failed', cause });
    }
  });
