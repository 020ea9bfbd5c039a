import type { InstanceView } from '#contract/models/instance.ts';
import type { JobView } from '#contract/models/job.ts';

const barWidth = 20;

const fit = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text.padEnd(width);

const bar = (fraction: number): string => {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
};

const isRunning = (job: JobView): boolean => job.state === 'assigned' || job.state === 'running';

/** The live table: one row an instance (state, job, progress) and a line on the queue. Never wider than `columns`. */
export const renderTable = (
  instances: readonly InstanceView[],
  jobs: readonly JobView[],
  columns: number,
): readonly string[] => {
  const rows = instances.map(({ configuration, status }) => {
    const job = jobs.find((candidate) => candidate.instanceId === configuration.id && isRunning(candidate));
    const fraction = job?.progress?.fraction ?? 0;
    const work = job === undefined ? '' : `${bar(fraction)} ${String(Math.round(fraction * 100)).padStart(3)} %`;
    return `${fit(configuration.name, 24)} ${fit(status, 9)} ${fit(job?.title ?? '-', 26)} ${work}`;
  });
  const count = (...states: readonly JobView['state'][]): number =>
    jobs.filter(({ state }) => states.includes(state)).length;
  const summary = `${count('queued')} waiting, ${count('assigned', 'running')} running, ${count('succeeded')} done, ${count('failed', 'cancelled')} failed`;
  const header = `${fit('instance', 24)} ${fit('state', 9)} ${fit('job', 26)} progress`;
  return [header, ...rows, '', summary].map((line) => line.slice(0, Math.max(20, columns)).trimEnd());
};
