import type { JobView } from '#contract/models/job.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { OutputDocument } from './output-assets.ts';

export type JobStatus = 'queued' | 'running' | 'canceling' | 'succeeded' | 'failed' | 'canceled';

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** A parked job waits for somebody to decide, which no client of this API can: to them it failed, and the error says why. */
export const statusOf = ({ state }: Pick<JobView, 'state'>, isCanceling: boolean): JobStatus => {
  switch (state) {
    case 'queued':
    case 'assigned':
      return isCanceling ? 'canceling' : 'queued';
    case 'running':
      return isCanceling ? 'canceling' : 'running';
    case 'succeeded':
      return 'succeeded';
    case 'cancelled':
      return 'canceled';
    case 'failed':
    case 'parked':
      return 'failed';
  }
};

export const isTerminal = (status: JobStatus): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'canceled';

/** The newest snapshot of its progress; null before it began. */
export const progressOf = ({ progress }: Pick<JobView, 'progress'>) =>
  progress === null
    ? null
    : {
        value: progress.fraction,
        nodes_done: progress.nodesDone,
        nodes_total: progress.nodesTotal,
        current_node: progress.nodeId,
        current_node_class: progress.classType === '' ? null : progress.classType,
        step: progress.max > 1 ? progress.value : null,
        steps: progress.max > 1 ? progress.max : null,
        message: null,
      };

const errorOf = ({ state, error, nodeErrors, reason }: JobView) => {
  if (state !== 'failed' && state !== 'parked') return null;
  const [nodeError] = nodeErrors;
  return {
    code: nodeError?.type ?? error?.code.toLowerCase() ?? reason?.code ?? 'failed',
    message:
      nodeError?.message ?? error?.message ?? 'The job was set aside. Retry it in the studio, or submit it again.',
    node_id: nodeError?.nodeId ?? null,
    class_type: nodeError?.classType ?? null,
    traceback: nodeError === undefined || nodeError.traceback.length === 0 ? null : nodeError.traceback.join('\n'),
  };
};

export interface JobFacts {
  readonly isCanceling: boolean;
  /** Its place among those that wait, the next one first; null where it does not wait. */
  readonly queuePosition: number | null;
  readonly outputs: readonly OutputDocument[];
  /** Epoch milliseconds until which it is kept. */
  readonly expiresAt: number;
}

/** A job as the official API's clients read it. */
export const jobDocument = ({ order, view }: JobRecord, facts: JobFacts) => {
  const { jobId } = order;
  const { submittedAt, startedAt, finishedAt } = view;
  return {
    id: jobId,
    status: statusOf(view, facts.isCanceling),
    created_at: iso(submittedAt),
    started_at: isoOrNull(startedAt),
    completed_at: isoOrNull(finishedAt),
    expires_at: iso(facts.expiresAt),
    queue_position: facts.queuePosition,
    progress: progressOf(view),
    outputs: facts.outputs,
    error: errorOf(view),
    metrics: {
      queue_ms: startedAt === null ? null : startedAt - submittedAt,
      execution_ms: startedAt === null || finishedAt === null ? null : finishedAt - startedAt,
    },
    urls: {
      self: `/api/v2/jobs/${jobId}`,
      events: `/api/v2/jobs/${jobId}/events`,
      cancel: `/api/v2/jobs/${jobId}/cancel`,
    },
  };
};
