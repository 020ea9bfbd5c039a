import type { IncomingMessage } from 'node:http';
import { isObject } from '#core/shared/json-object.ts';
import { jsonAnswer, type RawAnswer } from '../access/raw-answer.ts';
import { plainPath } from '../proxy/plain-path.ts';

/** An error as the official API tells it. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Seconds after which what is too much now is worth another try. */
const retryAfterSeconds = 2;

/** What one can do about an error depends on its status; so does the code where nothing tells more (as the official SDK has them). */
const codes: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['invalid_request', 'The request is malformed.'],
  401: ['unauthorized', 'The gateway needs an access token.'],
  403: ['forbidden', 'The gateway does not take requests from there.'],
  404: ['not_found', 'There is nothing under this address.'],
  405: ['method_not_allowed', 'The address does not take this method.'],
  408: ['request_timeout', 'The request came too slowly.'],
  413: ['payload_too_large', 'The request is too large.'],
  429: ['rate_limited', 'Too many requests.'],
};

export const apiAnswer = (status: number, error: ApiError, headers: RawAnswer['headers'] = {}): RawAnswer => {
  const usual: RawAnswer['headers'] = status === 429 ? { 'retry-after': String(retryAfterSeconds) } : {};
  return jsonAnswer(status, { error }, { ...usual, ...headers, 'content-type': 'application/json; charset=utf-8' });
};

/** `/api/v2/jobs`, `/v2/jobs` and their like: the addresses that the gateway answers for the official API. */
const isApiPath = (target: string): boolean => {
  const path = plainPath(target.split('?', 1)[0] ?? '');
  return /^(?:\/api)?\/v2\/(?:jobs|assets)(?:\/|$)/u.test(path);
};

/** What an answer in ComfyUI's words says: plain text, its envelope, or nothing at all. */
const messageOf = (body: string): string | null => {
  if (!body.startsWith('{')) return body === '' ? null : body;
  const parsed: unknown = JSON.parse(body);
  const error = isObject(parsed) ? parsed['error'] : null;
  return isObject(error) && typeof error['message'] === 'string' ? error['message'] : null;
};

/** An error that is known before any route is asked, in the words of the official API where that is what was asked for. */
export const inApiWords = ({ url = '/' }: Pick<IncomingMessage, 'url'>, answer: RawAnswer): RawAnswer => {
  const { status, headers, body } = answer;
  if (status < 400 || !isApiPath(url)) return answer;
  const [code, message] = codes[status] ?? (status < 500 ? ['invalid_request', ''] : ['upstream_error', '']);
  return apiAnswer(status, { code, message: messageOf(body) ?? message, details: {} }, headers);
};
