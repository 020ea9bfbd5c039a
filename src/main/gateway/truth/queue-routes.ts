import type { JobRecord } from '#core/jobs/job-record.ts';
import type { GatewayContext } from '../context.ts';
import { type Exchange, sendEmpty } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';
import { readRemoval } from './asked-body.ts';
import { isOfCaller } from './callers-jobs.ts';
import { cancelRecords } from './cancel-records.ts';
import { listPieces, sendJsonPieces } from './json-pieces.ts';
import { promptItem, type QueueLists, queueLists } from './queue-view.ts';

const itemText = (record: JobRecord): string => JSON.stringify(promptItem(record));

const queuePieces = function* ({ running, pending }: QueueLists): Generator<string> {
  yield '{"queue_running":';
  yield* listPieces(running, itemText);
  yield ',"queue_pending":';
  yield* listPieces(pending, itemText);
  yield '}';
};

/** GET /queue: what runs on any instance, and what waits for one or on one, as of the moment of the call. */
export const getQueue = ({ jobs }: GatewayContext, exchange: Exchange): Promise<void> =>
  sendJsonPieces(exchange, queuePieces(queueLists(jobs)));

/** POST /queue: `delete` and `clear` reach what waits, never what runs; `clear` only the caller's own. */
export const postQueue = async ({ jobs }: GatewayContext, exchange: Exchange): Promise<void> => {
  const removal = await readRemoval(exchange);
  if (removal === null) return;
  const { pending } = queueLists(jobs);
  const chosen = pending.filter(
    (record) => removal.ids.has(record.order.jobId) || (removal.clear && isOfCaller(exchange.caller, record)),
  );
  await cancelRecords(jobs, chosen);
  sendEmpty(exchange);
};

export const queueRoutes: readonly RoutePattern[] = [{ path: '/queue', methods: { GET: getQueue, POST: postQueue } }];
