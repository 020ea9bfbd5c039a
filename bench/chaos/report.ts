import type { ResultCount } from './count-results.ts';
import type { InstanceKill } from './judge-job.ts';

export interface ChaosReport extends ResultCount {
  readonly seed: string;
  readonly seconds: number;
  readonly submitted: number;
  /** How often what was killed when. */
  readonly done: Readonly<Record<string, number>>;
  readonly kills: readonly InstanceKill[];
  readonly unparked: number;
  readonly gaveUp: number;
  readonly stuck: readonly string[];
}

const succeeded = ({ states }: ChaosReport): number => states['succeeded'] ?? 0;

/** Everything that must not be, in words; nothing when the run was good. */
export const failuresOf = (report: ChaosReport): readonly string[] => [
  ...(succeeded(report) === report.submitted
    ? []
    : [`${succeeded(report)} of ${report.submitted} jobs succeeded: ${JSON.stringify(report.states)}`]),
  ...report.missing.map((index) => `lost: there is no row of job ${index}, which was accepted`),
  ...report.unasked.map((id) => `taken twice: nobody submitted job ${id}, or it is there already`),
  ...report.withoutFile.map((id) => `lost: job ${id} has succeeded without a file`),
  ...report.doubled.map(({ id, reason }) => `run twice: job ${id}: ${reason}`),
  ...report.stuck.map((text) => `stuck: ${text}`),
  ...(report.integrity === 'ok' ? [] : [`the database is damaged: ${report.integrity}`]),
];

export const renderReport = (report: ChaosReport, failures: readonly string[]): string => {
  const share = (succeeded(report) / report.submitted).toFixed(4);
  const rows: readonly (readonly [string, string | number])[] = [
    ['seed', report.seed],
    ['jobs submitted', report.submitted],
    ['jobs succeeded', `${succeeded(report)} (${share} of all)`],
    ['instances killed', report.kills.length],
    ...Object.entries(report.done).toSorted(([one], [other]) => one.localeCompare(other)),
    ['deaths counted with jobs', report.deaths],
    ['run again after a kill, with both files', report.repeated],
    ['run twice without a kill', report.doubled.length],
    ['lost, or succeeded without a file', report.missing.length + report.withoutFile.length],
    ['taken twice', report.unasked.length],
    ['parked and given another chance', report.unparked],
    ['instances that gave up after many deaths', report.gaveUp],
    ['instances stuck without having given up', report.stuck.length],
    ['integrity of the database', report.integrity],
    ['seconds', report.seconds.toFixed(0)],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(44)} ${String(value)}`);
  return [...lines, ...failures.map((text) => `FAIL  ${text}`), ''].join('\n');
};
