import { createRandomStream } from '#sandbox/nodes/painting/random.ts';
import { openFleet } from '../../../test/gateway/fleet.ts';
import { countResults, type ResultCount } from '../../chaos/count-results.ts';
import type { InstanceKill } from '../../chaos/judge-job.ts';
import { type JobSeen, runCrowd } from './crowd.ts';
import { type Killer, startKiller } from './killer.ts';

export interface GatewayChaosOptions {
  readonly jobs: number;
  readonly clients: number;
  readonly instances: number;
  readonly kills: number;
  readonly killEveryMs: number;
  readonly seed: number;
  readonly jobLimitMs: number;
}

export interface GatewayChaosReport extends ResultCount {
  readonly options: GatewayChaosOptions;
  readonly seconds: number;
  readonly kills: readonly InstanceKill[];
  readonly seen: readonly JobSeen[];
}

/** The killing ends with what it goes on beside. */
const untilStopped = async <Value>(killer: Killer, work: Promise<Value>): Promise<Value> => {
  try {
    return await work;
  } finally {
    await killer.stop();
  }
};

/** Clients at work on a fleet whose instances are killed; counted by what the clients saw, by the files, and in the database. */
export const runGatewayChaos = async (options: GatewayChaosOptions): Promise<GatewayChaosReport> => {
  const { jobs, clients, instances, seed, jobLimitMs } = options;
  const cleanups: (() => Promise<void>)[] = [];
  try {
    const fleet = await openFleet((cleanup) => cleanups.push(cleanup), { count: instances });
    const startedAt = performance.now();
    const killer = startKiller(fleet, {
      count: options.kills,
      everyMs: options.killEveryMs,
      random: createRandomStream(seed),
    });
    const random = createRandomStream(seed + 1);
    const seen = await untilStopped(
      killer,
      runCrowd({ fleet, kills: killer.kills, clients, jobs, random, jobLimitMs }),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    await fleet.studio.end('SIGTERM');
    const result = countResults(fleet.dataFolder, jobs, killer.kills);
    return { ...result, options, seconds, kills: killer.kills, seen };
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
};

/** Everything that must not be, in words; nothing when the run was good. */
export const chaosFailures = ({ options, states, seen, ...rest }: GatewayChaosReport): readonly string[] => [
  ...seen
    .filter(({ problems }) => problems.length > 0)
    .map(({ client, index, problems }) => `${client}, job ${index}: ${problems.join('; ')}`),
  ...(seen.length === options.jobs ? [] : [`${seen.length} of ${options.jobs} jobs were seen to their end`]),
  ...(states['succeeded'] === options.jobs ? [] : [`in the database: ${JSON.stringify(states)}`]),
  ...rest.missing.map((index) => `lost: there is no row of job ${index}`),
  ...rest.unasked.map((id) => `taken twice: nobody submitted job ${id}, or it is there already`),
  ...rest.withoutFile.map((id) => `lost: job ${id} has succeeded without a file`),
  ...rest.doubled.map(({ id, reason }) => `run twice: job ${id}: ${reason}`),
  ...(rest.integrity === 'ok' ? [] : [`the database is damaged: ${rest.integrity}`]),
];

export const renderChaos = (report: GatewayChaosReport, failures: readonly string[]): string => {
  const { options, seen } = report;
  const rows: readonly (readonly [string, string | number])[] = [
    ['jobs', options.jobs],
    ['clients, half of them with a websocket', options.clients],
    ['instances', options.instances],
    ['instances killed, whatever they had at work', report.kills.length],
    ['jobs with exactly one result', seen.filter(({ problems }) => problems.length === 0).length],
    ['jobs with a problem', seen.filter(({ problems }) => problems.length > 0).length],
    ['deaths of jobs since they were last asked for', report.deaths],
    ['run again after a kill, with both files', report.repeated],
    ['run twice without a kill', report.doubled.length],
    ['lost, or succeeded without a file', report.missing.length + report.withoutFile.length],
    ['taken twice', report.unasked.length],
    ['set aside after two kills, told, asked for again', seen.reduce((sum, { parkings }) => sum + parkings, 0)],
    ['jobs that this happened to', seen.filter(({ parkings }) => parkings > 0).length],
    ['integrity of the database', report.integrity],
    ['seconds', report.seconds.toFixed(0)],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(50)} ${String(value)}`);
  return [...lines, ...failures.map((text) => `FAIL  ${text}`), ''].join('\n');
};
