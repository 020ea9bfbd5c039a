import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { StudioError } from '#contract/errors.ts';
import { createJobDatabase } from './job-database.ts';
import { add, storedJob, update } from './stored-job.fixture.ts';

/**
 * Adds jobs to the file given as first argument as fast as it can, from as many callers as the second says, and prints a line for each
 * write that resolved, until it is killed or a write fails. With `persist` as fourth argument it then goes on trying one more. Every fifth job is changed afterwards, and its change printed, too.
 */
const [path = '', callers = '1', paddingCharacters = '0', persist = ''] = process.argv.slice(2);
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

const addOneMore = async (): Promise<void> => {
  for (;;) {
    const job = storedJob();
    try {
      await store.write([add(job)], 'disk');
      say(`added ${job.view.id}`);
      say(store.problem() === null ? 'well again' : 'still unwell');
      return;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      await wait(20);
    }
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
  if (persist === 'persist') await addOneMore();
  await store.close();
  process.exit(3);
}
