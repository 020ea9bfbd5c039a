import { StudioError } from '#contract/errors.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { GatewayContext } from '../context.ts';
import { type Exchange, sendJson } from '../exchange.ts';
import type { PathParameters, RoutePattern } from '../routes.ts';
import { refusal, refuseErrors, sendRefusal } from './answers.ts';
import { jobDocument } from './job-document.ts';
import { streamEvents } from './job-events.ts';
import { submitJob } from './submit-job.ts';

/** Streams that may be open at once; each costs a little memory and a listener. */
const maxStreams = 1000;

const documentOf = async ({ api, clock }: GatewayContext, record: JobRecord) => {
  const { jobId } = record.order;
  const { state, finishedAt } = record.view;
  return jobDocument(record, {
    isCanceling: api.cancellations.has(jobId),
    queuePosition: state === 'queued' ? api.places.of(jobId) : null,
    outputs: await api.outputs.of(record),
    expiresAt: (finishedAt ?? clock.now()) + api.keptMs(),
  });
};

/** The job that is named, or null after it was answered that there is none. */
const requireJob = ({ jobs }: GatewayContext, exchange: Exchange, jobId: string): JobRecord | null => {
  const record = jobs.record(jobId);
  if (record === undefined) sendRefusal(exchange, refusal('not_found', 'There is no such job.', { id: jobId }));
  return record ?? null;
};

const postJob = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const taken = await submitJob(context, exchange);
  if ('code' in taken) sendRefusal(exchange, taken);
  else sendJson(exchange, 201, await documentOf(context, taken));
};

const getJob = async (context: GatewayContext, exchange: Exchange, { jobId = '' }: PathParameters): Promise<void> => {
  const record = requireJob(context, exchange, jobId);
  if (record !== null) sendJson(exchange, 200, await documentOf(context, record));
};

const getWorkflow = async (
  context: GatewayContext,
  exchange: Exchange,
  { jobId = '' }: PathParameters,
): Promise<void> => {
  const record = requireJob(context, exchange, jobId);
  if (record !== null) sendJson(exchange, 200, { workflow: record.order.prompt, format: 'api' });
};

/** Answers at once with the job as it stands: an instance may take seconds to stop. */
const cancelJob = async (
  context: GatewayContext,
  exchange: Exchange,
  { jobId = '' }: PathParameters,
): Promise<void> => {
  const { jobs, api } = context;
  if (requireJob(context, exchange, jobId) === null) return;
  api.cancellations.add(jobId);
  try {
    await jobs.cancel(jobId);
  } catch (error) {
    api.cancellations.remove(jobId);
    // One that has ended in the meantime stays as it is.
    if (!(error instanceof StudioError) || error.code !== 'JOB_FINISHED') throw error;
  }
  const record = requireJob(context, exchange, jobId);
  if (record !== null) sendJson(exchange, 200, await documentOf(context, record));
};

const getEvents = async (
  context: GatewayContext,
  exchange: Exchange,
  { jobId = '' }: PathParameters,
): Promise<void> => {
  const { streams } = context.api;
  if (requireJob(context, exchange, jobId) === null) return;
  if (streams.count >= maxStreams) {
    sendRefusal(exchange, refusal('too_many_streams', 'Too many event streams are open. Poll the job instead.'));
    return;
  }
  streams.count += 1;
  try {
    await streamEvents(context, exchange, jobId);
  } finally {
    streams.count -= 1;
  }
};

/** Jobs of the official API's clients (Comfy API v2). */
export const apiJobRoutes: readonly RoutePattern[] = [
  { path: '/v2/jobs', methods: { POST: refuseErrors(postJob) } },
  { path: '/v2/jobs/:jobId', methods: { GET: refuseErrors(getJob) } },
  { path: '/v2/jobs/:jobId/workflow', methods: { GET: refuseErrors(getWorkflow) } },
  { path: '/v2/jobs/:jobId/events', methods: { GET: refuseErrors(getEvents) } },
  { path: '/v2/jobs/:jobId/cancel', methods: { POST: refuseErrors(cancelJob) } },
];
