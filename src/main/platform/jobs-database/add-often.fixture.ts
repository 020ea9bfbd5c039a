import { randomUUID } from 'node:crypto';
import { createJobDatabase } from './job-database.ts';
import { add, storedJob, update } from './stored-job.fixture.ts';

/**
 * Adds jobs to the file given as first argument as fast as it can, from as many callers as the second says, and prints a line for each
 * write that resolved, until it is killed or a write fails. Every fifth job is changed afterwards, and its change printed, too.
 */
const [path = '', callers = '1', paddingCharacters = '0'] = process.argv.slice(2);
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: Date.now, schedule: () => () => {} };
// With a handler, a write beyond RLIMIT_FSIZE fails with EFBIG instead of ending the process.
process.on('SIGXFSZ', () => {});

const store = createJobDatabase({ path, clock, logger: silent });
const problem = store.problem();
if (problem !== null) process.stdout.write(`problem ${problem.code} ${String(problem.details?.['reason'])}\n`);

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const addJobs = async (caller: number): Promise<void> => {
  for (let count = 1; ; count += 1) {
    const id = randomUUID();
    const title = `Caller ${caller} ${'x'.repeat(Number(paddingCharacters))}`;
    const job = storedJob({ view: { id, title, rank: count }, graphKey: `graph of ${caller}` });
    const event = { at: count, type: 'submitted', instanceId: null, details: {} } as const;
    await store.write([add(job), { kind: 'event', jobId: id, event }], count % 2 === 0 ? 'disk' : 'process');
    say(`added ${id}`);
    if (count % 5 !== 0) continue;
    await store.write([update({ ...job, view: { ...job.view, state: 'succeeded', finishedAt: count } })], 'process');
    say(`ended ${id}`);
  }
};

say('ready');
try {
  await Promise.all(Array.from({ length: Number(callers) }, (_, caller) => addJobs(caller)));
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const reason = String(store.problem()?.details?.['reason']);
  say(`failed ${code} ${reason}`);
  say(`readable ${store.counts().queued + store.counts().succeeded}`);
  await store.close();
  process.exit(3);
}
