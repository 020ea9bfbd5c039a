import { createCancelJobs } from './cancel-jobs.ts';
import { createChangeJobs } from './change-jobs.ts';
import { createForgetJobs } from './forget-jobs.ts';
import { createJobChecks } from './job-checks.ts';
import { createJobClaims } from './job-claims.ts';
import type { JobEngine } from './job-engine.ts';
import { createJobHistory } from './job-history.ts';
import type { JobsDependencies } from './jobs-dependencies.ts';
import { createRetry } from './retry-jobs.ts';
import { createSubmission } from './submit-job.ts';
import { createSubmitMany } from './submit-many.ts';
import { createUntil } from './until.ts';

/** Everything that can be asked of jobs, over one engine. */
export const createJobOperations = (dependencies: JobsDependencies, engine: JobEngine) => {
  const { book, handOut, mode, jobs } = engine;
  const { clock } = dependencies;
  let reserved = 0;
  const checks = createJobChecks({
    ...dependencies,
    catalogs: engine.catalogs,
    mode: mode.current,
    waitingCount: () => handOut.line.size + submission.pendingCount + reserved,
  });
  const claims = createJobClaims();
  const shared = { ...dependencies, ...engine, checks, claims };
  const submission = createSubmission({ ...shared, enqueue: handOut.enqueue });
  const submitMany = createSubmitMany({
    ...shared,
    enqueue: handOut.enqueue,
    pump: handOut.pump,
    reserve: (count) => {
      reserved += count;
      return () => {
        reserved -= count;
      };
    },
  });
  const { until, stop: stopWaiting } = createUntil(book, jobs, clock);
  return {
    submission,
    submitMany,
    until,
    stopWaiting,
    changes: createChangeJobs(shared),
    forgetting: createForgetJobs(shared),
    history: createJobHistory(shared),
    cancels: createCancelJobs({ book, jobs, handOut, claims, until, clock }),
    retry: createRetry(shared),
  };
};
