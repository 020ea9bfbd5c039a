import type { JobRecord } from '#core/jobs/job-record.ts';
import type { GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, readJson, sendEmpty, sendJson } from '../exchange.ts';
import type { PathParameters, RoutePattern } from '../routes.ts';
import { hasHistory, historyEntry, historyPage } from './history-view.ts';

const visible = ({ jobs, own }: GatewayContext): readonly JobRecord[] =>
  jobs.records().filter(({ order }) => !own.isHidden(order.jobId));

/** null where it is not given, undefined where it is no integer. */
const readInteger = (text: string | null): number | null | undefined => {
  if (text === null) return null;
  return /^-?\d+$/u.test(text) ? Number(text) : undefined;
};

/** GET /history. */
export const getHistory = (context: GatewayContext, exchange: Exchange): void => {
  const maxItems = readInteger(exchange.query.get('max_items'));
  const offset = readInteger(exchange.query.get('offset'));
  if (maxItems === undefined || offset === undefined) {
    sendJson(exchange, 400, envelope('invalid_query', 'max_items and offset must be integers'));
    return;
  }
  sendJson(exchange, 200, historyPage(visible(context), { maxItems, offset }));
};

/** GET /history/{id}: `{}` for one that is not known or has not ended. */
export const getHistoryEntry = (
  context: GatewayContext,
  exchange: Exchange,
  { promptId = '' }: PathParameters,
): void => {
  const record = visible(context).find(({ order }) => order.jobId === promptId);
  sendJson(exchange, 200, record !== undefined && hasHistory(record) ? { [promptId]: historyEntry(record) } : {});
};

/** POST /history: takes entries out of what clients see; the studio keeps its jobs. */
export const postHistory = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const body = await readJson(exchange);
  const value: unknown = body.kind === 'json' ? body.value : null;
  if (typeof value !== 'object' || value === null) {
    sendJson(exchange, 400, envelope('invalid_json', 'The body is no JSON object.'));
    return;
  }
  const named: unknown[] = 'delete' in value && Array.isArray(value.delete) ? value.delete : [];
  const all = 'clear' in value && value.clear === true;
  for (const record of visible(context).filter(hasHistory)) {
    const { jobId } = record.order;
    if (all || named.includes(jobId)) context.own.hide(jobId);
  }
  sendEmpty(exchange);
};

export const historyRoutes: readonly RoutePattern[] = [
  { path: '/history', methods: { GET: getHistory, POST: postHistory } },
  { path: '/history/:promptId', methods: { GET: getHistoryEntry } },
];
