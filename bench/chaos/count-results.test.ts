import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countResults } from './count-results.ts';
import { failuresOf } from './report.ts';

const single = (index: number): string => `c0000000-0000-4000-a000-00000000000${index}`;
const batch = 'c0000000-0000-4000-b000-000000000002';
const folderOf = { path: '' };

const writeRows = (statements: string): void => {
  const database = new DatabaseSync(join(folderOf.path, 'jobs.sqlite'));
  database.exec(statements);
  database.close();
};
const addJob = (id: string, state: string, batchPart = 'NULL, NULL'): void => {
  writeRows(`INSERT INTO jobs VALUES ('${id}', '${state}', 0, ${batchPart});
    INSERT INTO job_events (job_id, at, type, instance_id) VALUES ('${id}', 1000, 'assigned', 'one')`);
};
const addFile = (instanceId: string, index: number, atMs: number, folder = 'output'): void => {
  const path = join(folderOf.path, 'instances', instanceId, folder);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, `chaos-${index}_00001_.png`), '');
  utimesSync(join(path, `chaos-${index}_00001_.png`), atMs / 1000, atMs / 1000);
};

beforeEach(() => {
  folderOf.path = mkdtempSync(join(tmpdir(), 'atelier-chaos-'));
  mkdirSync(join(folderOf.path, 'instances'));
  writeRows(`CREATE TABLE jobs (id TEXT, state TEXT, deaths INTEGER, batch_id TEXT, batch_index INTEGER);
    CREATE TABLE job_events (sequence INTEGER PRIMARY KEY, job_id TEXT, at INTEGER, type TEXT, instance_id TEXT)`);
});
afterEach(() => {
  rmSync(folderOf.path, { recursive: true });
});

const count = (submitted: number, kills: Parameters<typeof countResults>[2] = []) =>
  countResults(folderOf.path, submitted, kills);

const failures = (submitted: number, stuck: readonly string[] = []) =>
  failuresOf({
    ...count(submitted),
    seed: '1',
    seconds: 1,
    submitted,
    done: {},
    kills: [],
    unparked: 0,
    gaveUp: 0,
    stuck,
  });

describe('countResults', () => {
  it('finds nothing wrong with jobs that have a row and a file each', () => {
    addJob(single(0), 'succeeded');
    addJob(single(1), 'succeeded');
    addJob('0b1c', 'succeeded', `'${batch}', 0`);
    for (const index of [0, 1, 2]) addFile('one', index, 2000);
    expect(count(3)).toMatchObject({
      states: { succeeded: 3 },
      missing: [],
      unasked: [],
      withoutFile: [],
      doubled: [],
    });
    expect(failures(3)).toEqual([]);
  });

  it('finds a job whose row is gone', () => {
    addJob(single(1), 'succeeded');
    addFile('one', 1, 2000);
    expect(count(2).missing).toEqual([0]);
    expect(failures(2).join()).toContain('no row of job 0');
  });

  it('finds a job that was taken twice, and one that nobody submitted', () => {
    addJob(single(2), 'succeeded');
    addJob('0b1c', 'succeeded', `'${batch}', 0`);
    addJob('5e5e', 'succeeded');
    expect(count(3).unasked).toEqual(['0b1c', '5e5e']);
    expect(failures(3).join()).toContain('taken twice: nobody submitted job 5e5e');
  });

  it('finds a success without a file, and a job that has not succeeded', () => {
    addJob(single(0), 'succeeded');
    addJob(single(1), 'failed');
    expect(count(2).withoutFile).toEqual([single(0)]);
    expect(failures(2).join()).toContain('1 of 2 jobs succeeded');
  });

  it('tells a second file after a kill from one without', () => {
    addJob(single(0), 'succeeded');
    writeRows(
      `INSERT INTO job_events (job_id, at, type, instance_id) VALUES ('${single(0)}', 5000, 'assigned', 'two')`,
    );
    addFile('one', 0, 2000);
    addFile('two', 0, 6000);
    expect(count(1)).toMatchObject({ repeated: 0, doubled: [{ id: single(0) }] });
    expect(failures(1).join()).toContain('run twice');
    expect(count(1, [{ at: 3000, pid: 7, instanceId: 'one' }])).toMatchObject({ repeated: 1, doubled: [] });
  });

  it('fails for a stuck instance as well', () => {
    addJob(single(0), 'succeeded');
    addFile('one', 0, 2000);
    expect(failures(1, ['one stays stopped'])).toEqual(['stuck: one stays stopped']);
  });
});
