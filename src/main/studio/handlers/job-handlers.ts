import type { CallHandlers } from '#contract/handlers.ts';
import type { JobView } from '#contract/models/job.ts';
import type { JobPage } from '#contract/models/queue.ts';
import type { Batches } from '#core/jobs/batches/batches.ts';
import type { Jobs } from '#core/jobs/jobs.ts';

type Areas = 'jobs' | 'queue' | 'batches';
type JobHandlers = Pick<CallHandlers, Extract<keyof CallHandlers, `${Areas}.${string}`> | 'workflows.inspect'>;

export interface JobHandlerDependencies {
  readonly jobs: Jobs;
  readonly batches: Batches;
  /** One page of the list that the topic `jobPage` shows. */
  readonly readPage: (page: JobPage) => { readonly total: number; readonly jobs: JobView[] };
}

export const createJobHandlers = ({ jobs, batches, readPage }: JobHandlerDependencies): JobHandlers => ({
  'workflows.inspect': ({ text, fileName }) => jobs.inspect(text, fileName),
  'jobs.submit': (submission) => jobs.submit(submission),
  'jobs.submitBatch': (submission) => batches.submit(submission),
  'jobs.list': (page) => readPage(page),
  'jobs.get': ({ jobId }) => jobs.get(jobId),
  'jobs.prompt': ({ jobId }) => ({ prompt: jobs.prompt(jobId) }),
  'jobs.explain': ({ jobId }) => jobs.explain(jobId),
  'jobs.events': ({ jobId }) => ({ events: [...jobs.events(jobId)] }),
  'jobs.cancel': ({ jobId }) => jobs.cancel(jobId),
  'jobs.cancelMany': async (choice) => ({ cancelled: await jobs.cancelMany(choice) }),
  'jobs.retry': async (choice) => ({ retried: await jobs.retry(choice) }),
  'jobs.change': async (change) => ({ changed: await jobs.change(change) }),
  'jobs.move': async (move) => ({ moved: await jobs.move(move) }),
  'jobs.remove': ({ jobIds, deleteFiles }) => jobs.remove(jobIds, deleteFiles),
  'jobs.clearFinished': ({ deleteFiles }) => jobs.clearFinished(deleteFiles),
  'queue.get': () => jobs.queue(),
  'queue.setMode': ({ mode }) => jobs.setQueueMode(mode),
  'batches.list': ({ offset, limit }) => {
    const page = batches.list(offset, limit);
    return { batches: [...page.batches], total: page.total };
  },
  'batches.get': ({ batchId }) => batches.get(batchId),
});
