import { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { StudioError } from '#contract/errors.ts';
import type { ComfyEndpoint, FileAnswer } from '#core/ports/comfy-client.ts';
import { parseTolerantJson } from './tolerant-json.ts';
import { askForWhole, type Breach, type WholeAnswer } from './whole-answer.ts';

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

/** HTTP to instances, over connections that stay open. */
export interface Requests {
  /** The body as it came; INSTANCE_WRONG_ANSWER where it is larger than `maxBytes`. */
  bytes(
    endpoint: ComfyEndpoint,
    path: string,
    options: RequestOptions & { readonly maxBytes: number },
  ): Promise<WholeAnswer>;
  json(endpoint: ComfyEndpoint, path: string, options: RequestOptions): Promise<JsonAnswer>;
  /** A stream of any size; the limit is that of each silence. */
  stream(endpoint: ComfyEndpoint, path: string, options: RequestOptions): Promise<FileAnswer>;
  close(): Promise<void>;
}

/** History entries hold whole prompts and error dumps. */
const maxJsonBytes = 256 * 1024 ** 2;

/** Calls at once to one instance; more wait for one of them. */
export const connectionsOfHost = 8;

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

const silences = new Set<unknown>(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

const errorCode = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && silences.has(error.code)) return 'timeout';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name;
};

/** What went wrong on the way. The caller's own abort is no fault of the instance. */
const unreachable = (error: unknown, signal: AbortSignal | undefined): StudioError => {
  if (error instanceof StudioError) return error;
  if (signal?.aborted === true) return new StudioError('CALL_CANCELLED', undefined, { cause: error });
  const details = { reason: errorCode(error) };
  return new StudioError('INSTANCE_UNREACHABLE', undefined, { details, cause: error });
};

const brokenOff =
  (maxBytes: number, signal: AbortSignal | undefined) =>
  (breach: Breach): StudioError => {
    switch (breach.kind) {
      case 'aborted':
        return new StudioError('CALL_CANCELLED', undefined, { cause: breach.cause });
      case 'timeout':
        return new StudioError('INSTANCE_UNREACHABLE', undefined, { details: { reason: 'timeout' } });
      case 'too-large':
        return new StudioError('INSTANCE_WRONG_ANSWER', undefined, { details: { reason: 'too-large', maxBytes } });
      case 'failed':
        return unreachable(breach.cause, signal);
    }
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
    throw unreachable(error, signal);
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
  const calls = new Agent({ ...shared, connect: { timeout: 5000 }, connections: connectionsOfHost });
  const streams = new Agent({ ...shared, connect: { timeout: 10_000 }, connections: 16 });

  const open = (endpoint: ComfyEndpoint, path: string, options: RequestOptions): Promise<Dispatcher.ResponseData> =>
    request(`${endpoint.baseUrl}${path}`, {
      dispatcher: streams,
      method: options.method ?? 'GET',
      headers: requestHeaders(endpoint, options),
      body: requestBody(options.body),
      signal: options.signal ?? null,
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
    });

  const bytes: Requests['bytes'] = (endpoint, path, options) => {
    const { method = 'GET', signal, timeoutMs, maxBytes } = options;
    const headers = requestHeaders(endpoint, options);
    const body = requestBody(options.body);
    const request = { url: `${endpoint.baseUrl}${path}`, method, headers, body, signal, timeoutMs, maxBytes };
    return askForWhole(calls, request, brokenOff(maxBytes, signal));
  };

  return {
    bytes,
    json: async (endpoint, path, options) => {
      const { status, body } = await bytes(endpoint, path, { ...options, maxBytes: maxJsonBytes });
      return { status, ...parseBody(body.toString('utf8')) };
    },
    stream: async (endpoint, path, options) => {
      const { signal } = options;
      try {
        const { statusCode, headers, body } = await open(endpoint, path, options);
        return { status: statusCode, headers: plainHeaders(headers), body: guarded(body, signal) };
      } catch (error) {
        throw unreachable(error, signal);
      }
    },
    close: async () => {
      await Promise.all([calls.destroy(), streams.destroy()]);
    },
  };
};
