import { StudioError } from '#contract/errors.ts';
import { type Exchange, sendJson } from '../exchange.ts';

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
  upstream_error: 500,
};

export interface ApiRefusal {
  readonly code: ApiCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export const refusal = (code: ApiCode, message: string, details?: ApiRefusal['details']): ApiRefusal =>
  details === undefined ? { code, message } : { code, message, details };

/** Seconds after which a full queue is worth another try. */
const retryAfterSeconds = 2;

export const sendRefusal = (exchange: Exchange, { code, message, details = {} }: ApiRefusal): void => {
  const status = statuses[code];
  if (status === 429 && !exchange.response.headersSent) {
    exchange.response.setHeader('retry-after', String(retryAfterSeconds));
  }
  sendJson(exchange, status, { error: { code, message, details } });
};

/** A refusal for an error of the studio: a full queue may be tried again, a graph may be mended, and the rest is ours. */
export const refusalOfError = (error: StudioError): ApiRefusal => {
  const { code, message, details = {} } = error;
  if (code === 'JOB_QUEUE_FULL' || code === 'JOB_QUEUE_CLOSED') return refusal('queue_full', message, details);
  if (code === 'WORKFLOW_UI_FORMAT') return refusal('workflow_format_ui', message, details);
  if (code.startsWith('WORKFLOW_')) return refusal('invalid_workflow', message, details);
  if (code === 'INPUT_TOO_LARGE' || code === 'INPUT_INVALID') return refusal('invalid_request', message, details);
  if (code === 'JOB_NOT_FOUND') return refusal('not_found', message, details);
  return refusal('upstream_error', message);
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
