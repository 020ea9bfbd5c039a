import { pythonJson } from './python-json.ts';

/** A file to stream; `start` and `end` (inclusive) cut it. */
export interface FileBody {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** An answer as data: what a handler returns and the server sends. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | FileBody | null;
  /** Raised as an exception: the middlewares that add headers do not see it. */
  readonly isRaised?: true;
  /** Found missing only while it was sent: the middlewares took it for a success. */
  readonly isStatic404?: true;
}

const textType = 'text/plain; charset=utf-8';

const jsonType = 'application/json; charset=utf-8';

export const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'Content-Type': jsonType },
  body: pythonJson(value),
});

export const text = (body: string, status = 200): Answer => ({ status, headers: { 'Content-Type': textType }, body });

/** A status and nothing else, as aiohttp's bare Response. */
export const empty = (status = 200): Answer => ({ status, headers: {}, body: null });

/** What aiohttp answers when a handler raises. */
export const internalError = (): Answer => text('500 Internal Server Error\n\nServer got itself in trouble', 500);

export const methodNotAllowed = (allowed: readonly string[]): Answer => {
  const answer = text('405: Method Not Allowed', 405);
  return { ...answer, headers: { ...answer.headers, Allow: allowed.join(',') } };
};

/** The 404 of the static files that catch every path no route knows. */
export const staticNotFound = (): Answer => ({
  status: 404,
  headers: { 'Content-Type': 'application/octet-stream' },
  body: null,
  isStatic404: true,
});

/** The 404 of a part of the server that has no static files behind its routes. */
export const notFoundRaised = (): Answer => ({ ...text('404: Not Found', 404), isRaised: true });

export const bodyTooLarge = (limitBytes: number): Answer =>
  text(`Maximum request body size ${Math.round(limitBytes)} exceeded.`, 413);

export const withHeaders = (answer: Answer, headers: Readonly<Record<string, string>>): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});
