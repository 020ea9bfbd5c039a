import { StudioError } from '#contract/errors.ts';
import { sendAnswer } from '../access/raw-answer.ts';
import type { Exchange } from '../exchange.ts';
import { apiAnswer } from './api-words.ts';

/** What the official API answers with where something cannot be done; the codes are its own. */
export type ApiCode =
  | 'invalid_request'
  | 'invalid_workflow'
  | 'workflow_format_ui'
  | 'missing_asset'
  | 'hash_mismatch'
  | 'blob_not_found'
  | 'idempotency_key_reuse'
  | 'queue_full'
  | 'too_many_streams'
  | 'asset_in_use'
  | 'not_found'
  | 'payload_too_large'
  | 'rate_limited'
  | 'upstream_error';

const statuses: Readonly<Record<ApiCode, number>> = {
  invalid_request: 422,
  invalid_workflow: 422,
  workflow_format_ui: 422,
  missing_asset: 422,
  hash_mismatch: 409,
  blob_not_found: 404,
  idempotency_key_reuse: 422,
  queue_full: 429,
  too_many_streams: 429,
  asset_in_use: 409,
  not_found: 404,
  payload_too_large: 413,
  rate_limited: 429,
  upstream_error: 502,
};

export interface ApiRefusal {
  readonly code: ApiCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Where it is not the usual one of the code. */
  readonly status?: number;
}

export const refusal = (code: ApiCode, message: string, details?: ApiRefusal['details']): ApiRefusal =>
  details === undefined ? { code, message } : { code, message, details };

/** Answers at once, whatever of the request's body is still on its way. */
export const sendRefusal = (
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  { code, message, details = {}, status = statuses[code] }: ApiRefusal,
): void => sendAnswer(request, response, apiAnswer(status, { code, message, details }));

/** A refusal for an error of the studio: a full queue may be tried again, a request may be mended, and the rest is ours. */
export const refusalOfError = (error: StudioError): ApiRefusal => {
  const { code, message, details = {} } = error;
  if (code === 'JOB_QUEUE_FULL' || code === 'JOB_QUEUE_CLOSED') return refusal('queue_full', message, details);
  if (code === 'WORKFLOW_UI_FORMAT') return refusal('workflow_format_ui', message, details);
  if (code.startsWith('WORKFLOW_')) return refusal('invalid_workflow', message, details);
  const { status } = error;
  if (status >= 500) return { ...refusal('upstream_error', message), status };
  if (status === 413) return refusal('payload_too_large', message, details);
  if (status === 429) return refusal('rate_limited', message, details);
  return refusal(status === 404 ? 'not_found' : 'invalid_request', message, details);
};

/** Answers what a route refuses by throwing; anything else is not expected and goes on. */
export const refuseErrors =
  <Arguments extends readonly [unknown, Exchange, ...unknown[]]>(
    route: (...values: Arguments) => Promise<void>,
  ): ((...values: Arguments) => Promise<void>) =>
  async (...values) => {
    try {
      await route(...values);
    } catch (error) {
      const [, exchange] = values;
      if (!(error instanceof StudioError) || exchange.signal.aborted) throw error;
      sendRefusal(exchange, refusalOfError(error));
    }
  };
