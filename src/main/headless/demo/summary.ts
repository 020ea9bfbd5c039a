import type { InstanceView } from '#contract/models/instance.ts';
import type { JobView } from '#contract/models/job.ts';

export interface DemoSummary {
  readonly jobsPerInstance: readonly { readonly name: string; readonly jobs: number }[];
  readonly wallTimeMs: number;
  readonly meanWaitMs: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** Figures of a finished run: who did how many jobs, the time from first submission to last end, and the mean wait. */
export const summarise = (instances: readonly InstanceView[], jobs: readonly JobView[]): DemoSummary => {
  const submittedAt = Math.min(...jobs.map((job) => job.submittedAt));
  const finishedAt = Math.max(...jobs.map((job) => job.finishedAt ?? job.submittedAt));
  const waits = jobs.flatMap((job) => (job.startedAt === null ? [] : [job.startedAt - job.submittedAt]));
  const succeeded = jobs.filter(({ state }) => state === 'succeeded').length;
  return {
    jobsPerInstance: instances.map(({ configuration }) => ({
      name: configuration.name,
      jobs: jobs.filter(({ instanceId, state }) => instanceId === configuration.id && state === 'succeeded').length,
    })),
    wallTimeMs: jobs.length === 0 ? 0 : finishedAt - submittedAt,
    meanWaitMs: waits.length === 0 ? 0 : waits.reduce((sum, wait) => sum + wait, 0) / waits.length,
    succeeded,
    failed: jobs.length - succeeded,
  };
};

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** The summary as text, one line a figure. */
export const renderSummary = (summary: DemoSummary): readonly string[] => [
  `${summary.succeeded} jobs done, ${summary.failed} failed`,
  ...summary.jobsPerInstance.map(({ name, jobs }) => `  ${name.padEnd(24)} ${jobs} jobs`),
  `wall time ${seconds(summary.wallTimeMs)}, mean wait ${seconds(summary.meanWaitMs)}`,
];
