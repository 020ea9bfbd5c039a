import { StudioError } from '#contract/errors.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { GatewayContext } from '../context.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, readJson, sendEmpty, sendJson } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';
import { queueView } from './queue-view.ts';

/** A job that ended in the meantime needs no cancel. */
export const cancelJobs = async ({ jobs }: GatewayContext, promptIds: readonly string[]): Promise<void> => {
  await Promise.all(
    promptIds.map((promptId) =>
      jobs.cancel(promptId).catch((error: unknown) => {
        if (!(error instanceof StudioError) || (error.code !== 'JOB_FINISHED' && error.code !== 'JOB_NOT_FOUND'))
          throw error;
      }),
    ),
  );
};

export const getQueue = ({ jobs }: GatewayContext, exchange: Exchange): void => {
  sendJson(exchange, 200, queueView(jobs.records()));
};

const waits = ({ view }: JobRecord): boolean => view.state === 'queued' || view.state === 'assigned';

/** POST /queue: `delete` and `clear` reach what waits, never what runs; `clear` only what came through the gateway. */
export const postQueue = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const body = await readJson(exchange);
  if (body.kind !== 'json' || !isObject(body.value)) {
    sendJson(exchange, 400, envelope('invalid_json', 'The body is no JSON object.'));
    return;
  }
  const { clear, delete: deleted } = body.value;
  const named: readonly unknown[] = Array.isArray(deleted) ? deleted : [];
  const { jobs, own } = context;
  const waiting = jobs.records().filter(waits);
  const chosen = waiting.filter(({ order }) => named.includes(order.jobId) || (clear === true && own.has(order.jobId)));
  await cancelJobs(
    context,
    chosen.map(({ order }) => order.jobId),
  );
  sendEmpty(exchange);
};

/** POST /interrupt: the prompt that is named, else all that run and came through the gateway. An empty body is fine. */
export const postInterrupt = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const body = await readJson(exchange);
  const named = body.kind === 'json' && isObject(body.value) ? body.value['prompt_id'] : undefined;
  const { jobs, own } = context;
  const running = jobs.records().filter(({ view }) => view.state === 'running');
  const chosen = running.filter(({ order }) =>
    typeof named === 'string' && named !== '' ? order.jobId === named : own.has(order.jobId),
  );
  await cancelJobs(
    context,
    chosen.map(({ order }) => order.jobId),
  );
  sendEmpty(exchange);
};

export const queueRoutes: readonly RoutePattern[] = [
  { path: '/queue', methods: { GET: getQueue, POST: postQueue } },
  { path: '/interrupt', methods: { POST: postInterrupt } },
];
