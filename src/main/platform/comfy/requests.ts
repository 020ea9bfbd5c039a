import { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { StudioError } from '#contract/errors.ts';
import type { ComfyEndpoint, FileAnswer } from '#core/ports/comfy-client.ts';
import { parseTolerantJson } from './tolerant-json.ts';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  /** Limit of the whole call; a stream has one for each silence instead. */
  readonly timeoutMs: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** The parsed body, or its text where it is no JSON. */
  readonly body: unknown;
  readonly isJson: boolean;
}

export interface BytesAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** HTTP to instances, over connections that stay open. */
export interface Requests {
  /** The body as it came; INSTANCE_WRONG_ANSWER where it is larger than `maxBytes`. */
  bytes(
    endpoint: ComfyEndpoint,
    path: string,
    options: RequestOptions & { readonly maxBytes: number },
  ): Promise<BytesAnswer>;
  json(endpoint: ComfyEndpoint, path: string, options: RequestOptions): Promise<JsonAnswer>;
  /** A stream of any size; the limit is that of each silence. */
  stream(endpoint: ComfyEndpoint, path: string, options: RequestOptions): Promise<FileAnswer>;
  close(): Promise<void>;
}

/** History entries hold whole prompts and error dumps. */
const maxJsonBytes = 256 * 1024 ** 2;

const passedHeaders = new Set([
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'last-modified',
  'vary',
  'x-content-type-options',
]);

const errorCode = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name;
};

/** What went wrong on the way. The caller's own abort is no fault of the instance. */
const unreachable = (error: unknown, limit: AbortSignal, signal: AbortSignal | undefined): StudioError => {
  if (error instanceof StudioError) return error;
  if (signal?.aborted === true) return new StudioError('CALL_CANCELLED', undefined, { cause: error });
  const reason = limit.aborted ? 'timeout' : errorCode(error);
  return new StudioError('INSTANCE_UNREACHABLE', undefined, { details: { reason }, cause: error });
};

const readBytes = async (body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new StudioError('INSTANCE_WRONG_ANSWER', undefined, {
        details: { reason: 'too-large', maxBytes },
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const parseBody = (text: string): Pick<JsonAnswer, 'body' | 'isJson'> => {
  try {
    return { body: parseTolerantJson(text), isJson: true };
  } catch (error) {
    if (error instanceof SyntaxError) return { body: text, isJson: false };
    throw error;
  }
};

async function* guarded(body: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw unreachable(error, AbortSignal.abort(), signal);
  }
}

const plainHeaders = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (!passedHeaders.has(name) || value === undefined) return [];
      return [[name, Array.isArray(value) ? value.join(', ') : value]];
    }),
  );

const requestHeaders = (endpoint: ComfyEndpoint, options: RequestOptions): Record<string, string> => ({
  ...options.headers,
  ...(endpoint.authorization === null ? {} : { authorization: endpoint.authorization }),
});

const requestBody = (body: RequestOptions['body']): string | Readable | null => {
  if (body === undefined) return null;
  return typeof body === 'string' ? body : Readable.from(body, { objectMode: false });
};

/** Downloads have connections of their own, so that ten large files do not keep the look at a queue waiting. */
export const createRequests = (): Requests => {
  const shared = { keepAliveTimeout: 20_000 };
  // Shorter than any call may take, so that a machine out of reach is told from a program that takes the connection and says nothing.
  const calls = new Agent({ ...shared, connect: { timeout: 5000 }, connections: 8 });
  const streams = new Agent({ ...shared, connect: { timeout: 10_000 }, connections: 16 });

  const send = (
    dispatcher: Dispatcher,
    endpoint: ComfyEndpoint,
    path: string,
    options: RequestOptions & { readonly combined: AbortSignal },
  ): Promise<Dispatcher.ResponseData> =>
    request(`${endpoint.baseUrl}${path}`, {
      dispatcher,
      method: options.method ?? 'GET',
      headers: requestHeaders(endpoint, options),
      body: requestBody(options.body),
      signal: options.combined,
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
    });

  const bytes: Requests['bytes'] = async (endpoint, path, options) => {
    const limit = AbortSignal.timeout(options.timeoutMs);
    const combined = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
    try {
      const { statusCode, body } = await send(calls, endpoint, path, { ...options, combined });
      return { status: statusCode, body: await readBytes(body, options.maxBytes) };
    } catch (error) {
      throw unreachable(error, limit, options.signal);
    }
  };

  return {
    bytes,
    json: async (endpoint, path, options) => {
      const { status, body } = await bytes(endpoint, path, { ...options, maxBytes: maxJsonBytes });
      return { status, ...parseBody(body.toString('utf8')) };
    },
    stream: async (endpoint, path, options) => {
      const { signal } = options;
      const combined = signal ?? new AbortController().signal;
      try {
        const { statusCode, headers, body } = await send(streams, endpoint, path, { ...options, combined });
        return { status: statusCode, headers: plainHeaders(headers), body: guarded(body, signal) };
      } catch (error) {
        throw unreachable(error, combined, signal);
      }
    },
    close: async () => {
      await Promise.all([calls.destroy(), streams.destroy()]);
    },
  };
};
