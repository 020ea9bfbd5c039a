import type { CallHandlers } from '#contract/handlers.ts';
import type { Jobs } from '#core/jobs/jobs.ts';

type JobHandlers = Pick<CallHandlers, Extract<keyof CallHandlers, `${'jobs' | 'workflows'}.${string}`>>;

export const createJobHandlers = (jobs: Jobs): JobHandlers => ({
  'workflows.inspect': ({ text, fileName }) => jobs.inspect(text, fileName),
  'jobs.submit': (submission) => jobs.submit(submission),
  'jobs.list': ({ states, limit }) => ({ jobs: [...jobs.list({ states, limit })] }),
  'jobs.get': ({ jobId }) => jobs.get(jobId),
  'jobs.prompt': ({ jobId }) => ({ prompt: jobs.prompt(jobId) }),
  'jobs.cancel': ({ jobId }) => jobs.cancel(jobId),
  'jobs.clearFinished': () => ({ removed: jobs.clearFinished() }),
});
