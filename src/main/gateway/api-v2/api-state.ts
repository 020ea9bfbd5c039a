import type { JobRecord } from '#core/jobs/job-record.ts';
import type { GatewayContext } from '../context.ts';
import type { AssetBook } from './asset-book.ts';
import { isTerminal, statusOf } from './job-document.ts';
import { createOutputAssets, type OutputAssets } from './output-assets.ts';

/** Jobs that somebody asked to stop, until they have. */
export interface Cancellations {
  has(jobId: string): boolean;
  add(jobId: string): void;
  settle(record: JobRecord): void;
}

export const createCancellations = (): Cancellations => {
  const asked = new Set<string>();
  return {
    has: (jobId) => asked.has(jobId),
    add: (jobId) => asked.add(jobId),
    settle: ({ order, view }) => {
      if (isTerminal(statusOf(view, false))) asked.delete(order.jobId);
    },
  };
};

/** What the routes of the official API keep. */
export interface ApiState {
  readonly assets: AssetBook;
  readonly outputs: OutputAssets;
  readonly cancellations: Cancellations;
  readonly streams: { count: number };
  /** Ids of jobs that are on their way to disk. */
  readonly submitting: Set<string>;
}

export const createApiState = ({
  jobs,
  clock,
  assets,
}: Pick<GatewayContext, 'jobs' | 'clock'> & Pick<ApiState, 'assets'>): ApiState => ({
  assets,
  outputs: createOutputAssets(jobs, clock.now),
  cancellations: createCancellations(),
  streams: { count: 0 },
  submitting: new Set(),
});
