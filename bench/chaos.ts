import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandomStream } from '#sandbox/nodes/painting/random.ts';
import { startHeadlessStudio, temporaryFolder } from '../e2e/hosts/headless-studio.ts';
import { ensureBuilt } from '../scripts/build.ts';
import { killIfAlive, processesOf } from '../test/processes.ts';
import { callStudio } from '../test/studio-client.ts';
import { plainPrompt, samplingPrompt } from '../test/studio-jobs.ts';
import { countResults } from './chaos/count-results.ts';
import { type KillKind, killKinds, killSomething, reviveInstances, type Victims } from './chaos/kill-something.ts';

/**
 * Kills the studio, instances, or both at random moments while a queue is worked off, and counts what became of its jobs, by their
 * files and in the database. Each job must end exactly once, and have been run twice only if its instance died.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    jobs: { type: 'string', default: '2000' },
    instances: { type: 'string', default: '3' },
    clock: { type: 'string', default: '0.5' },
    kinds: { type: 'string', default: killKinds.join(',') },
    'pause-seconds': { type: 'string', default: '2' },
    'limit-minutes': { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});

const jobCount = Number(values.jobs);
const random = createRandomStream(Number(values.seed));
const wantedKinds = killKinds.filter((kind) => values.kinds.split(',').includes(kind));
if (wantedKinds.length === 0) throw new Error(`--kinds takes a list of ${killKinds.join(', ')}`);

const submitAll = async ({ studio }: Victims): Promise<ReadonlyMap<string, number>> => {
  const indexes = Array.from({ length: jobCount }, (_, index) => index);
  const jobs = new Map<string, number>();
  const [singles, batch] = [indexes.slice(0, jobCount / 2), indexes.slice(jobCount / 2)];
  for (const index of singles) {
    const prompt = index % 4 === 0 ? plainPrompt(`chaos-${index}`) : samplingPrompt(`chaos-${index}`, 20);
    jobs.set((await callStudio(studio, 'jobs.submit', { prompt, kind: 'batch' })).id, index);
  }
  const prompt = samplingPrompt('chaos', 12);
  const parameters = [{ nodeId: '9', inputName: 'filename_prefix', values: batch.map((index) => `chaos-${index}`) }];
  const { id } = await callStudio(studio, 'jobs.submitBatch', { prompt, parameters });
  for (let offset = 0; offset < batch.length; offset += 200) {
    const page = await callStudio(studio, 'jobs.list', { batchId: id, offset, limit: 200 });
    for (const job of page.jobs) jobs.set(job.id, jobCount / 2 + (job.batchIndex ?? Number.NaN));
  }
  return jobs;
};

/** Parked jobs are given another chance, as their owner would; answers how many. */
const retryParked = async ({ studio }: Victims): Promise<number> => {
  const { jobs } = await callStudio(studio, 'jobs.list', { states: ['parked'], limit: 200 });
  if (jobs.length > 0) await callStudio(studio, 'jobs.retry', { jobIds: jobs.map(({ id }) => id) });
  return jobs.length;
};

const run = async () => {
  const folder = await temporaryFolder();
  const args = ['--sandbox', values.instances, '--sandbox-clock', values.clock];
  const victims: Victims = {
    dataFolder: folder.path,
    arguments: args,
    studio: await startHeadlessStudio({ dataFolder: folder.path, arguments: args }),
  };
  const kills: Record<KillKind, number> = { instance: 0, studio: 0, both: 0 };
  let [revived, unparked] = [0, 0];
  const startedAt = performance.now();
  const deadline = startedAt + Number(values['limit-minutes']) * 60_000;
  try {
    const jobs = await submitAll(victims);
    for (;;) {
      const { counts } = await callStudio(victims.studio, 'queue.get', {});
      unparked += await retryParked(victims);
      if (counts.queued + counts.assigned + counts.running + counts.parked === 0) break;
      if (performance.now() > deadline) throw new Error(`Not done in time: ${JSON.stringify(counts)}`);
      revived += await reviveInstances(victims);
      await wait(random() * 2 * Number(values['pause-seconds']) * 1000);
      const kind = wantedKinds[Math.floor(random() * wantedKinds.length)] ?? 'instance';
      kills[kind] += 1;
      await killSomething(victims, kind, random);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    await victims.studio.end('SIGTERM');
    const result = countResults(folder.path, `${folder.path}/jobs.sqlite`, jobs);
    return { seconds, submitted: jobs.size, kills, revived, unparked, ...result };
  } finally {
    for (const pid of processesOf(folder.path)) killIfAlive(pid);
    await folder.remove();
  }
};

ensureBuilt();
const report = await run();
const isWhole =
  report.states['succeeded'] === jobCount && report.withoutFile.length === 0 && report.doubled.length === 0;
if (values.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  const rows: readonly (readonly [string, unknown])[] = [
    ['jobs submitted', report.submitted],
    [
      'jobs succeeded',
      `${report.states['succeeded'] ?? 0} (${((report.states['succeeded'] ?? 0) / jobCount).toFixed(4)} of all)`,
    ],
    ['other states', JSON.stringify({ ...report.states, succeeded: undefined })],
    ['kills: instance, studio, both', killKinds.map((kind) => report.kills[kind]).join(', ')],
    ['jobs that lost an instance', report.deaths],
    ['run again after a death, with both files', report.repeated],
    ['run twice without a death', report.doubled.length],
    ['succeeded without a file', report.withoutFile.length],
    ['parked and given another chance', report.unparked],
    ['instances started by hand', report.revived],
    ['integrity of the database', report.integrity],
    ['seconds', report.seconds.toFixed(0)],
  ];
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(44)} ${String(value)}\n`);
}
process.exitCode = isWhole ? 0 : 1;
