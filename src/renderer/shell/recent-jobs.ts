import type { JobView } from '#contract/models/job.ts';

const mostRecent = 15;

const lastMoment = ({ finishedAt, startedAt, submittedAt }: JobView): number => finishedAt ?? startedAt ?? submittedAt;

/** The jobs that something happened to last: those that run, then those that ended. */
export const recentJobs = (jobs: readonly JobView[]): readonly JobView[] => {
  const isRunning = ({ state }: JobView): boolean => state === 'running' || state === 'assigned';
  return jobs
    .filter(({ state }) => state !== 'queued')
    .toSorted((one, other) => Number(isRunning(other)) - Number(isRunning(one)) || lastMoment(other) - lastMoment(one))
    .slice(0, mostRecent);
};
