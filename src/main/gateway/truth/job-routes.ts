import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobRecord } from '#core/jobs/job-record.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { GatewayContext } from '../context.ts';
import { type Exchange, type JsonBody, readJson, sendJson } from '../exchange.ts';
import { soleInstanceOf } from '../files/output-names.ts';
import type { PathParameters, RoutePattern } from '../routes.ts';
import { cancelRecords } from './cancel-records.ts';
import { chooseJobs, type JobQuery, pageOf, readJobQuery } from './job-query.ts';
import { clientJob, detailedJob } from './job-view.ts';
import { sendJsonPieces } from './json-pieces.ts';
import { hasEnded } from './queue-view.ts';
import { recordsById } from './records-by-id.ts';

/** Jobs that are read before others get their turn. */
const pieceSize = 40;

const refuse = (exchange: Exchange, error: string, more: Readonly<Record<string, unknown>> = {}): void =>
  sendJson(exchange, 400, { error, ...more });

/** A job that clients may see: not one that left no trace, or was deleted from the history. */
const visibleJob = ({ jobs }: GatewayContext, jobId: string): JobRecord | null => {
  const record = jobs.record(jobId);
  return record === undefined || (hasEnded(record) && record.historyAt === null) ? null : record;
};

const chosenJobs = async ({ jobIndex }: GatewayContext, query: JobQuery): Promise<readonly string[]> => {
  const lines = await jobIndex.lines();
  const { workflowId } = query;
  if (workflowId === null) return chooseJobs(lines, query, () => true);
  const ids = await jobIndex.ofWorkflow(
    lines.map(({ jobId }) => jobId),
    workflowId,
  );
  return chooseJobs(lines, query, (jobId) => ids.has(jobId));
};

const jobPieces = async function* (context: GatewayContext, query: JobQuery): AsyncGenerator<string> {
  const { page, pagination } = pageOf(await chosenJobs(context, query), query);
  const soleInstanceId = soleInstanceOf(context.fleet);
  let before = '{"jobs":[';
  for (const [index, jobId] of page.entries()) {
    const record = visibleJob(context, jobId);
    if (record === null) continue;
    yield before + JSON.stringify(clientJob(record, soleInstanceId));
    before = ',';
    if ((index + 1) % pieceSize === 0) await nextTurn();
  }
  yield `${before === ',' ? '' : before}],"pagination":${JSON.stringify(pagination)}}`;
};

/** GET /api/jobs. */
export const getJobs = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const query = readJobQuery(exchange.query);
  if ('error' in query) refuse(exchange, query.error);
  else await sendJsonPieces(exchange, jobPieces(context, query));
};

/** GET /api/jobs/{id}. */
export const getJob = (context: GatewayContext, exchange: Exchange, { jobId = '' }: PathParameters): void => {
  const record = visibleJob(context, jobId);
  if (record === null) sendJson(exchange, 404, { error: 'Job not found' });
  else sendJson(exchange, 200, detailedJob(record, soleInstanceOf(context.fleet)));
};

/** Takes out what waits and stops what runs of these; false where none does. */
const cancelByIds = async ({ jobs }: GatewayContext, jobIds: readonly string[]): Promise<boolean> => {
  const unfinished: JobRecord[] = [];
  for await (const record of recordsById(jobs, jobIds)) if (!hasEnded(record)) unfinished.push(record);
  await cancelRecords(jobs, unfinished);
  return unfinished.length > 0;
};

/** POST /api/jobs/{id}/cancel: any id will do. */
export const postCancel = async (
  context: GatewayContext,
  exchange: Exchange,
  { jobId = '' }: PathParameters,
): Promise<void> => {
  sendJson(exchange, 200, { cancelled: await cancelByIds(context, [jobId]) });
};

/** Small letters only, as the server writes ids itself. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;
const isId = (value: unknown): value is string => typeof value === 'string' && uuid.test(value);

/** The ids of a list to cancel, or why it is refused. */
export const cancelledIds = (
  body: JsonBody,
): readonly string[] | { readonly error: string; readonly invalid_ids?: readonly string[] } => {
  if (body.kind !== 'json') return { error: 'Request body must be valid JSON' };
  const ids: unknown = isObject(body.value) ? body.value['job_ids'] : null;
  if (!Array.isArray(ids)) return { error: 'job_ids must be a list' };
  const invalid = ids.filter((id) => !isId(id));
  if (invalid.length > 0) return { error: 'job_ids contains invalid id(s)', invalid_ids: invalid.map(String) };
  return ids.filter(isId);
};

/** POST /api/jobs/cancel. */
export const postCancelMany = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const ids = cancelledIds(await readJson(exchange));
  if ('error' in ids) sendJson(exchange, 400, ids);
  else sendJson(exchange, 200, { cancelled: await cancelByIds(context, ids) });
};

/** ComfyUI's jobs API (comfyui-protocol.md 4.6). Its addresses carry /api themselves, so their twins are /api/api/jobs. */
export const jobRoutes: readonly RoutePattern[] = [
  { path: '/api/jobs', methods: { GET: getJobs } },
  { path: '/api/jobs/cancel', methods: { POST: postCancelMany } },
  { path: '/api/jobs/:jobId', methods: { GET: getJob } },
  { path: '/api/jobs/:jobId/cancel', methods: { POST: postCancel } },
];
