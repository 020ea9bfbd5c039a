import type { BatchView } from '#contract/models/batch.ts';
import type { JobView } from '#contract/models/job.ts';
import type { JobEstimate } from '#contract/models/placement.ts';
import type { JobCounts } from '#contract/models/queue.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { JobStore, StoredBatch } from '#core/ports/job-store.ts';
import type { LiveJobs } from '../live-jobs.ts';
import {
  batchFraction,
  type EndedAt,
  estimateByThroughput,
  spanOfEstimates,
  unfinishedJobs,
} from './batch-progress.ts';

export interface BatchViewSources {
  readonly jobs: Pick<LiveJobs, 'view' | 'activeIds'>;
  readonly store: Pick<JobStore, 'page'>;
  readonly clock: Clock;
}

/** Views of batches at one moment: the jobs with an instance are looked at once for all of them. */
export interface BatchMoment {
  view(stored: StoredBatch): BatchView;
  /** The same batch with the progress of its running jobs as it is at this moment; asks no store. */
  progressed(view: BatchView): BatchView;
}

export interface BatchViews {
  moment(): BatchMoment;
}

/** An estimate looks for the last job of a batch in the store, which is not done at each change. */
const estimateEveryMs = 1000;
const rememberedBatches = 500;

interface Remembered {
  readonly first: EndedAt;
  readonly latest: EndedAt;
  readonly estimatedAt: number;
  readonly estimate: JobEstimate | null;
}

export const createBatchViews = ({ jobs, store, clock }: BatchViewSources): BatchViews => {
  const remembered = new Map<string, Remembered>();

  /** The jobs with an instance, by batch. */
  const active = (): ReadonlyMap<string, readonly JobView[]> => {
    const byBatch = new Map<string, JobView[]>();
    for (const jobId of jobs.activeIds()) {
      const view = jobs.view(jobId);
      if (!view || view.batchId === null) continue;
      byBatch.set(view.batchId, [...(byBatch.get(view.batchId) ?? []), view]);
    }
    return byBatch;
  };

  /** The waiting jobs of a batch run in their order, so that its last one tells when they are done, and its first when it begins. */
  const estimateJobs = ({ batch, counts }: StoredBatch, running: readonly JobView[]): JobEstimate | null => {
    const estimates = running.map(({ estimate }) => estimate);
    if (counts.queued > 0) {
      const last = store.page({ batchId: batch.id, states: ['queued'] }, counts.queued - 1, 1).jobs[0];
      const estimate = last === undefined ? null : (jobs.view(last.order.jobId)?.estimate ?? null);
      if (estimate === null) return null;
      estimates.push(estimate);
    }
    return spanOfEstimates(estimates.filter((estimate) => estimate !== null));
  };

  const remember = (batchId: string, entry: Remembered): void => {
    remembered.delete(batchId);
    remembered.set(batchId, entry);
    const [oldest] = remembered.keys();
    if (remembered.size > rememberedBatches && oldest !== undefined) remembered.delete(oldest);
  };

  const estimate = (stored: StoredBatch, running: readonly JobView[]): JobEstimate | null => {
    const { batch, counts } = stored;
    const now = clock.now();
    const left = counts.queued + counts.assigned + counts.running;
    if (left === 0) return null;
    const known = remembered.get(batch.id);
    if (known !== undefined && now - known.estimatedAt < estimateEveryMs) return known.estimate;
    const moment: EndedAt = { at: now, ended: batch.total - unfinishedJobs(counts) };
    // Jobs that run again after their end would count backwards.
    const first = known === undefined || moment.ended < known.latest.ended ? moment : known.first;
    const latest = known === undefined || moment.ended !== known.latest.ended ? moment : known.latest;
    const found = estimateJobs(stored, running) ?? estimateByThroughput(first, latest, left, now);
    remember(batch.id, { first, latest, estimatedAt: now, estimate: found });
    return found;
  };

  const moment = (): BatchMoment => {
    const running = active();
    const fractionOf = (batchId: string, total: number, counts: JobCounts): number => {
      const fractions = (running.get(batchId) ?? []).map(({ progress }) => progress?.fraction ?? 0);
      return batchFraction(total, counts, fractions);
    };
    return {
      view: (stored) => {
        const { batch, counts, finishedAt } = stored;
        return {
          ...batch,
          counts,
          fraction: fractionOf(batch.id, batch.total, counts),
          finishedAt,
          estimate: estimate(stored, running.get(batch.id) ?? []),
        };
      },
      progressed: (view) => ({ ...view, fraction: fractionOf(view.id, view.total, view.counts) }),
    };
  };

  return { moment };
};
