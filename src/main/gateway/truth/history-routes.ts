import type { JobRecord } from '#core/jobs/job-record.ts';
import type { GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, sendEmpty, sendJson } from '../exchange.ts';
import { soleInstanceOf } from '../files/output-names.ts';
import type { PathParameters, RoutePattern } from '../routes.ts';
import { readRemoval } from './asked-body.ts';
import { isOfCaller } from './callers-jobs.ts';
import { type HistoryWindow, historyRecords } from './history-list.ts';
import { historyEntry } from './history-view.ts';
import { sendJsonPieces } from './json-pieces.ts';
import { recordsById } from './records-by-id.ts';

/** As Python's int() reads it: null where it is not given, undefined where it is no integer. */
const readInteger = (text: string | null): number | null | undefined => {
  if (text === null) return null;
  return /^\s*[+-]?\d+\s*$/u.test(text) ? Number(text) : undefined;
};

const entryText = (record: JobRecord, soleInstanceId: string | null): string =>
  `${JSON.stringify(record.order.jobId)}:${JSON.stringify(historyEntry(record, soleInstanceId))}`;

const historyPieces = async function* (context: GatewayContext, window: HistoryWindow): AsyncGenerator<string> {
  const soleInstanceId = soleInstanceOf(context.fleet);
  let before = '{';
  for await (const record of historyRecords(context.jobs, window)) {
    yield before + entryText(record, soleInstanceId);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
};

/** GET /history: all of it where nothing else is asked for, in pieces. */
export const getHistory = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const maxItems = readInteger(exchange.query.get('max_items'));
  const offset = readInteger(exchange.query.get('offset'));
  if (maxItems === undefined || offset === undefined) {
    sendJson(exchange, 400, envelope('invalid_query', 'max_items and offset must be integers'));
    return;
  }
  await sendJsonPieces(exchange, historyPieces(context, { maxItems, offset }));
};

/** GET /history/{id}: `{}` for one that is not known, has not ended or was deleted from it. */
export const getHistoryEntry = (
  context: GatewayContext,
  exchange: Exchange,
  { promptId = '' }: PathParameters,
): void => {
  const record = context.jobs.record(promptId);
  const isListed = record !== undefined && record.historyAt !== null;
  sendJson(exchange, 200, isListed ? { [promptId]: historyEntry(record, soleInstanceOf(context.fleet)) } : {});
};

/** POST /history: takes entries out of what clients see, for good; the studio keeps its jobs. `clear` reaches the caller's own. */
export const postHistory = async ({ jobs, jobIndex }: GatewayContext, exchange: Exchange): Promise<void> => {
  const removal = await readRemoval(exchange);
  if (removal === null) return;
  const chosen: string[] = [];
  for await (const record of recordsById(jobs, removal.ids)) {
    if (record.historyAt !== null) chosen.push(record.order.jobId);
  }
  if (removal.clear) {
    for await (const record of historyRecords(jobs, { maxItems: null, offset: null })) {
      if (isOfCaller(exchange.caller, record)) chosen.push(record.order.jobId);
    }
  }
  if (chosen.length > 0) await jobs.hide(chosen);
  jobIndex.changed(chosen);
  sendEmpty(exchange);
};

export const historyRoutes: readonly RoutePattern[] = [
  { path: '/history', methods: { GET: getHistory, POST: postHistory } },
  { path: '/history/:promptId', methods: { GET: getHistoryEntry } },
];
