import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobStore } from '#core/ports/job-store.ts';
import { noJobs } from './batch-queries.ts';
import { createJobFolder, type JobFolder } from './job-database.fixture.ts';
import { newestVersion } from './migrations.ts';
import { add, storedJob, update } from './stored-job.fixture.ts';

let jobs: JobFolder;
beforeEach(() => {
  jobs = createJobFolder();
});
afterEach(() => jobs.remove());

const pageBytes = 4096;

const fill = async (count: number): Promise<void> => {
  const store = jobs.open();
  await store.write(
    Array.from({ length: count }, (_, index) => add(storedJob({ view: { title: `Job ${index}`, rank: index } }))),
    'process',
  );
  await store.close();
};

const changeRows = (sql: string): void => {
  const shell = new DatabaseSync(jobs.path, { enableForeignKeyConstraints: false });
  shell.exec(`PRAGMA ignore_check_constraints = ON; ${sql}`);
  shell.close();
};

/** Nothing can be read, every write says why, and the bytes are what they were. */
const expectRefusal = async (store: JobStore, code: string, details: object): Promise<void> => {
  expect(store.problem()).toMatchObject({ code, details: { file: 'jobs.sqlite', ...details } });
  expect([store.unfinished(), store.counts(), store.fact('mode')]).toEqual([[], noJobs, null]);
  expect(() => store.page({}, 0, 10)).toThrow(expect.objectContaining({ code: 'STORE_READ_FAILED' }));
  await expect(store.write([add(storedJob())], 'disk')).rejects.toMatchObject({ code, details });
  await expect(store.write([add(storedJob())], 'process')).rejects.toMatchObject({ code, details });
  await store.close();
};

describe('a job database that cannot be used', () => {
  it('of a newer version stays as it is, byte for byte, also with a log beside it', async () => {
    await fill(3);
    changeRows(`PRAGMA user_version = ${newestVersion + 1}`);
    const bytes = readFileSync(jobs.path);
    await expectRefusal(jobs.open(), 'STORE_NEWER_VERSION', { version: newestVersion + 1, newestVersion });
    expect(readFileSync(jobs.path).equals(bytes)).toBe(true);

    const newer = new DatabaseSync(jobs.path);
    newer.exec(`PRAGMA journal_mode = WAL; PRAGMA user_version = ${newestVersion + 2}; CREATE TABLE later (x)`);
    const [main, log] = [readFileSync(jobs.path), readFileSync(`${jobs.path}-wal`)];
    expect(log.length).toBeGreaterThan(0);
    await expectRefusal(jobs.open(), 'STORE_NEWER_VERSION', { version: newestVersion + 2 });
    expect([readFileSync(jobs.path).equals(main), readFileSync(`${jobs.path}-wal`).equals(log)]).toEqual([true, true]);
    newer.close();
  });

  it.each([
    ['that is text', () => writeFileSync(jobs.path, 'not a database'.repeat(1000)), 'not-a-database'],
    ['with a garbled header', () => writeFileSync(jobs.path, readFileSync(jobs.path).fill(7, 0, 16)), 'not-a-database'],
    ['that was cut off in its header', () => truncateSync(jobs.path, 50), 'damaged'],
    ['that was cut off in its first page', () => truncateSync(jobs.path, 2000), 'damaged'],
    ['of another program', () => changeRows('PRAGMA application_id = 0'), 'foreign'],
  ])('%s is refused and stays as it is', async (_, damage, reason) => {
    await fill(3);
    damage();
    const bytes = readFileSync(jobs.path);
    await expectRefusal(jobs.open(), 'STORE_CORRUPT', { reason });
    expect(readFileSync(jobs.path).equals(bytes)).toBe(true);
  });

  it('whose tables are not what its version says is refused', async () => {
    await fill(3);
    changeRows('ALTER TABLE jobs RENAME COLUMN lane TO road');
    await expectRefusal(jobs.open(), 'STORE_CORRUPT', { reason: 'damaged' });
  });

  it('that lost its end, or has torn pages, takes no jobs, changes nothing and still gives what can be read', async () => {
    await fill(400);
    const whole = readFileSync(jobs.path);
    const pages = whole.length / pageBytes;
    expect(pages).toBeGreaterThan(60);
    const damages = [
      () => truncateSync(jobs.path, (pages - 1) * pageBytes),
      () => truncateSync(jobs.path, Math.floor(pages / 2) * pageBytes + 100),
      ...Array.from({ length: pages - 1 }, (_, index) => () => {
        writeFileSync(jobs.path, Buffer.from(whole).fill(0xa5, (index + 1) * pageBytes, (index + 2) * pageBytes));
      }),
    ];
    const readable: number[] = [];
    for (const damage of damages) {
      writeFileSync(jobs.path, whole);
      damage();
      const bytes = readFileSync(jobs.path);
      const store = jobs.open();
      expect(store.problem()).toMatchObject({ code: 'STORE_CORRUPT', details: { reason: 'damaged' } });
      const titles = store.unfinished().map(({ view }) => view.title);
      expect(titles).toEqual(titles.toSorted((one, other) => Number(one.slice(4)) - Number(other.slice(4))));
      readable.push(titles.length);
      await expect(store.write([add(storedJob())], 'disk')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      await store.close();
      expect(readFileSync(jobs.path).equals(bytes)).toBe(true);
    }
    expect(readable.filter((count) => count < 380).length).toBeLessThan(8);
  });

  it('that is damaged while it is in use takes no more jobs from then on', async () => {
    await fill(3000);
    const store = jobs.open();
    const problems: (string | undefined)[] = [];
    store.onProblem((problem) => problems.push(problem?.code));
    const whole = readFileSync(jobs.path);
    writeFileSync(jobs.path, Buffer.from(whole).fill(0xa5, 8 * pageBytes));
    store.unfinished();
    expect(store.problem()).toMatchObject({ code: 'STORE_CORRUPT' });
    await expect(store.write([add(storedJob())], 'disk')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(problems).toEqual(['STORE_CORRUPT']);
  });

  it('because a folder stands in its place, or a file in the place of its folder, is told; nothing is removed', async () => {
    mkdirSync(jobs.path);
    await expectRefusal(jobs.open(), 'STORE_READ_FAILED', { reason: 'cannot-open' });
    writeFileSync(`${jobs.path}-file`, 'mine');
    const store = jobs.open(`${jobs.path}-file/below/jobs.sqlite`);
    expect(store.problem()).toMatchObject({ details: { reason: 'cannot-open' } });
    await expect(store.write([add(storedJob())], 'disk')).rejects.toMatchObject({ details: { reason: 'cannot-open' } });
    expect(readFileSync(`${jobs.path}-file`, 'utf8')).toBe('mine');
  });

  it('is tried again where there was nothing to lose, and takes jobs when the reason is gone', async () => {
    const blocked = `${jobs.folder}/blocked`;
    writeFileSync(blocked, '');
    const store = jobs.open(`${blocked}/jobs.sqlite`);
    const problems: (string | undefined)[] = [];
    store.onProblem((problem) => problems.push(problem?.code));
    rmSync(blocked);
    await expect(store.write([add(storedJob())], 'disk')).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    jobs.pass(2000);
    await store.write([add(storedJob())], 'disk');
    expect([store.counts().queued, store.problem(), problems]).toEqual([1, null, [undefined]]);
  });

  it('that was removed or replaced takes no jobs that would be lost, and goes on when it is back', async () => {
    const store = jobs.open();
    const job = storedJob();
    await store.write([add(job)], 'disk');
    renameSync(jobs.path, `${jobs.path}-moved`);
    const gone = { code: 'STORE_WRITE_FAILED', details: { reason: 'gone' } };
    await expect(store.write([add(storedJob())], 'disk')).rejects.toMatchObject(gone);
    copyFileSync(`${jobs.path}-moved`, jobs.path);
    await expect(store.write([update(job)], 'disk')).rejects.toMatchObject(gone);
    renameSync(`${jobs.path}-moved`, jobs.path);
    renameSync(`${jobs.path}-wal`, `${jobs.path}-log`);
    await expect(store.write([update(job)], 'disk')).rejects.toMatchObject(gone);
    renameSync(`${jobs.path}-log`, `${jobs.path}-wal`);
    await store.write([update(job)], 'disk');
    expect([store.problem(), store.counts().queued]).toEqual([null, 1]);
  });
});

describe('a row that cannot be understood', () => {
  it.each([
    ['state', "UPDATE jobs SET state = 'dreaming' WHERE title = 'Job 1'"],
    ['JSON', "UPDATE jobs SET evidence = '{' WHERE title = 'Job 1'"],
    ['content', "UPDATE jobs SET outputs = '[{}]' WHERE title = 'Job 1'"],
    ['id', "UPDATE jobs SET id = 'x' WHERE title = 'Job 1'"],
    ['submission', "UPDATE jobs SET submission = '7' WHERE title = 'Job 1'"],
    ['number', "UPDATE jobs SET cached_nodes = 9223372036854775807 WHERE title = 'Job 1'"],
    ['extra data', "UPDATE jobs SET extra_data_key = 'gone' WHERE title = 'Job 1'"],
  ])('for its %s is left out, logged once, and stays in the file', async (_, sql) => {
    await fill(3);
    changeRows(sql);
    const before = jobs.query("SELECT typeof(id) AS id, evidence, outputs FROM jobs WHERE title = 'Job 1'");
    const store = jobs.open();
    expect(store.problem()).toBeNull();
    for (let times = 0; times < 2; times += 1) {
      expect(store.unfinished().map(({ view }) => view.title)).toEqual(['Job 0', 'Job 2']);
      expect(store.page({}, 0, 10).jobs.map(({ view }) => view.title)).toEqual(['Job 0', 'Job 2']);
    }
    expect(jobs.errors.filter(({ fields }) => fields['code'] === 'STORE_CORRUPT').length).toBeLessThanOrEqual(1);
    await store.write([add(storedJob({ view: { title: 'New', rank: 9 } }))], 'disk');
    expect(store.unfinished().map(({ view }) => view.title)).toEqual(['Job 0', 'Job 2', 'New']);
    await store.close();
    expect(jobs.query("SELECT typeof(id) AS id, evidence, outputs FROM jobs WHERE title = 'Job 1'")).toEqual(before);
  });

  it('does not hide the events, facts and graphs beside it', async () => {
    await fill(1);
    const store = jobs.open();
    const [job] = store.unfinished();
    const jobId = job?.view.id ?? '';
    const event = { at: 1, type: 'submitted', instanceId: null, details: {} } as const;
    await store.write(
      [
        { kind: 'event', jobId, event },
        { kind: 'event', jobId, event: { ...event, at: 2 } },
        { kind: 'fact', name: 'a', value: 1 },
        { kind: 'fact', name: 'b', value: 2 },
      ],
      'disk',
    );
    changeRows("UPDATE job_events SET type = 'odd' WHERE at = 1; UPDATE facts SET value = '{' WHERE name = 'a'");
    changeRows("UPDATE graphs SET graph = '[1]'");
    expect(store.events(jobId)).toEqual([{ ...event, at: 2 }]);
    expect([store.fact('a'), store.fact('b'), store.graph('graph-1')]).toEqual([null, 2, null]);
    expect(jobs.errors.map(({ fields }) => fields['table'])).toEqual(['job_events', 'facts', 'graphs']);
  });
});
