import { StudioError } from '#contract/errors.ts';
import type { BatchSubmission, BatchView } from '#contract/models/batch.ts';
import type { Clock, MakeId } from '#core/ports/clock.ts';
import type { JobStore, StoredBatch } from '#core/ports/job-store.ts';
import { workflowTitle } from '#core/workflows/workflow-title.ts';
import type { LiveJobs, SubmitMany } from '../live-jobs.ts';
import { createBatchViews } from './batch-views.ts';
import { planBatch } from './plan-batch.ts';

export interface BatchesDependencies {
  readonly store: Pick<JobStore, 'batch' | 'batches' | 'page'>;
  readonly jobs: Pick<LiveJobs, 'view' | 'activeIds'>;
  readonly submitMany: SubmitMany;
  readonly clock: Clock;
  readonly makeId: MakeId;
}

/** Many jobs of one graph: how they come, and how they get on together. */
export interface Batches {
  /** Takes all jobs or none: BATCH_TOO_LARGE, BATCH_PARAMETER_INVALID, INPUT_INVALID for an id that is taken, the codes of `jobs.submit`. */
  submit(submission: BatchSubmission): Promise<BatchView>;
  /** BATCH_NOT_FOUND. */
  get(batchId: string): BatchView;
  /** Newest first. */
  list(offset: number, limit: number): { readonly batches: readonly BatchView[]; readonly total: number };
}

export const createBatches = (dependencies: BatchesDependencies): Batches => {
  const { store, clock, makeId } = dependencies;
  const views = createBatchViews(dependencies);

  const required = (batchId: string): StoredBatch => {
    const stored = store.batch(batchId);
    if (stored === null) throw new StudioError('BATCH_NOT_FOUND', undefined, { details: { batchId } });
    return stored;
  };

  const get = (batchId: string): BatchView => views.moment().view(required(batchId));

  const underway = new Set<string>();
  const claim = (batchId: string): (() => void) => {
    underway.add(batchId);
    return () => underway.delete(batchId);
  };

  /** A caller whose answer got lost repeats its submission under the same id, and must not get everything twice. */
  const requireFreeId = (batchId: string): void => {
    if (!underway.has(batchId) && store.batch(batchId) === null) return;
    throw new StudioError('INPUT_INVALID', 'There is a batch with this id.', {
      details: { field: 'id', reason: 'taken' },
    });
  };

  return {
    submit: async ({ id: chosenId, parameters, ...submission }) => {
      const plan = planBatch({ prompt: submission.prompt, parameters });
      const title = submission.title === '' ? workflowTitle(submission.prompt, '') : submission.title;
      const id = chosenId ?? makeId();
      if (chosenId !== undefined) requireFreeId(id);
      const release = claim(id);
      try {
        await dependencies.submitMany({
          batch: {
            id,
            title,
            total: plan.total,
            parameters: [...plan.parameters],
            priority: submission.priority,
            submittedAt: clock.now(),
          },
          submission: { ...submission, title },
          patches: Array.from({ length: plan.total }, (_, index) => plan.patchesAt(index)),
        });
      } finally {
        release();
      }
      return get(id);
    },
    get,
    list: (offset, limit) => {
      const { batches, total } = store.batches(offset, limit);
      const moment = views.moment();
      return { batches: batches.map((stored) => moment.view(stored)), total };
    },
  };
};
