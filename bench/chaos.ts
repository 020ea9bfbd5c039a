import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandomStream } from '#sandbox/nodes/painting/random.ts';
import { startHeadlessStudio, temporaryFolder } from '../e2e/hosts/headless-studio.ts';
import { ensureBuilt } from '../scripts/build.ts';
import { killIfAlive, processesOf } from '../test/processes.ts';
import { callStudio } from '../test/studio-client.ts';
import { countResults } from './chaos/count-results.ts';
import { type KillKind, killKinds, type Victims } from './chaos/kill-something.ts';
import { type KillMoment, killAt, killMoments } from './chaos/moments.ts';
import { restartOnOwnPort } from './chaos/own-ports.ts';
import { failuresOf, renderReport } from './chaos/report.ts';
import { createSubmissions, type Submissions } from './chaos/submissions.ts';
import { createInstanceWatch } from './chaos/watch-instances.ts';

/**
 * Kills the studio, instances, or both at random moments while jobs are submitted and worked off, and counts what became of them, by
 * their files and in the database. Each job must end exactly once, and have been run twice only if its instance was killed with it; an
 * instance must come back by itself unless it has died too often.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    jobs: { type: 'string', default: '2000' },
    instances: { type: 'string', default: '3' },
    clock: { type: 'string', default: '0.5' },
    kinds: { type: 'string', default: killKinds.join(',') },
    moments: { type: 'string', default: killMoments.join(',') },
    'pause-seconds': { type: 'string', default: '2' },
    'submit-pause-ms': { type: 'string', default: '400' },
    'limit-minutes': { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});

const wanted = <Name extends string>(all: readonly Name[], given: string, option: string): readonly Name[] => {
  const names = given.split(',');
  if (!names.every((name) => all.some((known) => known === name)))
    throw new Error(`--${option} takes a list of ${all.join(', ')}`);
  return all.filter((name) => names.includes(name));
};
const pick = <Item>(items: readonly Item[], random: () => number): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is nothing to pick from');
  return item;
};

/** Parked jobs are given another chance, as their owner would, and cancelled ones, whose retry was lost; answers the parked ones. */
const retryEnded = async ({ studio }: Victims): Promise<number> => {
  const { jobs } = await callStudio(studio, 'jobs.list', { states: ['parked', 'cancelled'], limit: 200 });
  if (jobs.length > 0) await callStudio(studio, 'jobs.retry', { jobIds: jobs.map(({ id }) => id) });
  return jobs.filter(({ state }) => state === 'parked').length;
};

const createCare = (victims: Victims) => {
  const watch = createInstanceWatch();
  const stuck: string[] = [];
  let gaveUp = 0;
  /** What a person would do about an instance that is down; answers whether all are up. */
  const look = async (): Promise<boolean> => {
    const { studio } = victims;
    const { instances } = await callStudio(studio, 'instances.list', {});
    const known = instances.map(({ configuration, state }) => ({ id: configuration.id, state }));
    const trouble = watch.look(known, performance.now());
    gaveUp += trouble.gaveUp.length;
    for (const { id, state } of known.filter(({ id }) => trouble.stuck.includes(id)))
      stuck.push(`${id} stays ${state.kind}: ${'reason' in state ? JSON.stringify(state.reason) : 'no reason'}`);
    for (const instanceId of [...trouble.gaveUp, ...trouble.stuck]) {
      watch.forget(instanceId);
      const kind = known.find(({ id }) => id === instanceId)?.state.kind;
      if (kind === 'failed' || kind === 'stopped') await callStudio(studio, 'instances.start', { instanceId });
    }
    return known.every(({ state }) => state.kind === 'ready');
  };
  return { look, stuck, gaveUp: () => gaveUp };
};

/** Submits one job after the other beside the kills, until there are no more. */
const feed = async (submissions: Submissions, random: () => number): Promise<void> => {
  while (submissions.left() > 0) {
    await submissions.singles(1);
    await wait(random() * 2 * Number(values['submit-pause-ms']));
  }
};

const jobCount = Number(values.jobs);
const settleLimitMs = 120_000;

/** Waits until every instance is ready, as it must be a while after the last kill. */
const settle = async (look: () => Promise<boolean>): Promise<readonly string[]> => {
  const deadline = performance.now() + settleLimitMs;
  while (performance.now() < deadline) {
    if (await look()) return [];
    await wait(250);
  }
  return ['not all instances were ready at the end'];
};

const run = async () => {
  const random = createRandomStream(Number(values.seed));
  const kinds = wanted(killKinds, values.kinds, 'kinds');
  const moments = wanted(killMoments, values.moments, 'moments');
  const folder = await temporaryFolder();
  const args = ['--sandbox', values.instances, '--sandbox-clock', values.clock];
  const studio = await startHeadlessStudio({ dataFolder: folder.path, arguments: args });
  const victims: Victims = { dataFolder: folder.path, arguments: args, kills: [], studio };
  const submissions = createSubmissions(victims, jobCount);
  const care = createCare(victims);
  const done: Record<string, number> = {};
  const count = (kind: KillKind, moment: KillMoment): void => {
    done[`${kind} at ${moment}`] = (done[`${kind} at ${moment}`] ?? 0) + 1;
  };
  let unparked = 0;
  const startedAt = performance.now();
  const deadline = startedAt + Number(values['limit-minutes']) * 60_000;
  try {
    const { instances } = await callStudio(studio, 'instances.list', {});
    await Promise.all(instances.map(({ configuration }) => restartOnOwnPort(studio, configuration.id)));
    await submissions.batch(Math.floor(jobCount / 4));
    const feeder: { state: 'feeding' | 'done' | 'failed'; error: unknown } = { state: 'feeding', error: null };
    const feeding = feed(submissions, createRandomStream(Number(values.seed) + 1)).then(
      () => {
        feeder.state = 'done';
      },
      (error: unknown) => {
        Object.assign(feeder, { state: 'failed', error });
      },
    );
    for (;;) {
      unparked += await retryEnded(victims);
      const { counts } = await callStudio(victims.studio, 'queue.get', {});
      if (
        feeder.state === 'done' &&
        counts.queued + counts.assigned + counts.running + counts.parked + counts.cancelled === 0
      )
        break;
      if (feeder.state === 'failed') throw feeder.error;
      if (performance.now() > deadline) throw new Error(`Not done in time: ${JSON.stringify(counts)}`);
      await care.look();
      await wait(random() * 2 * Number(values['pause-seconds']) * 1000);
      const [kind, moment] = [pick(kinds, random), pick(moments, random)];
      count(kind, moment);
      await killAt({ victims, submissions, random }, moment, kind);
    }
    await feeding;
    const notUp = await settle(care.look);
    const seconds = (performance.now() - startedAt) / 1000;
    await victims.studio.end('SIGTERM');
    const result = countResults(folder.path, jobCount, victims.kills);
    const { kills } = victims;
    return {
      seed: values.seed,
      seconds,
      submitted: jobCount,
      done,
      kills,
      unparked,
      gaveUp: care.gaveUp(),
      stuck: [...care.stuck, ...notUp],
      ...result,
    };
  } finally {
    for (const pid of processesOf(folder.path)) killIfAlive(pid);
    await folder.remove();
  }
};

ensureBuilt();
const report = await run();
const failures = failuresOf(report);
if (values.json === true) process.stdout.write(`${JSON.stringify({ ...report, failures })}\n`);
else process.stdout.write(renderReport(report, failures));
process.exitCode = failures.length === 0 ? 0 : 1;
