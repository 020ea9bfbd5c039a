import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobFolder, type JobFolder } from './job-database.fixture.ts';
import { applicationId, migrate, newestVersion, readVersion } from './migrations.ts';
import { add, samplePrompt, storedJob } from './stored-job.fixture.ts';

/** What `.dump` of the sqlite shell wrote of a file of version 1, with its pragmas. */
const versionOneDump = readFileSync(fileURLToPath(new URL('version-1.fixture.sql', import.meta.url)), 'utf8');

let jobs: JobFolder;
beforeEach(() => {
  jobs = createJobFolder();
});
afterEach(() => jobs.remove());

const writeVersionOne = (): void => {
  const database = new DatabaseSync(jobs.path);
  database.exec(versionOneDump);
  database.close();
};

const schemaOf = (database: DatabaseSync): readonly unknown[] =>
  database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();

describe('the migrations of the job database', () => {
  it('bring a file of version 1 through every step to what a new file is, with all its jobs', async () => {
    writeVersionOne();
    const database = new DatabaseSync(jobs.path);
    for (let version = 2; version <= newestVersion; version += 1) {
      migrate(database, version);
      expect(readVersion(database)).toBe(version);
      expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    }
    const fresh = new DatabaseSync(':memory:');
    migrate(fresh);
    expect(schemaOf(database)).toEqual(schemaOf(fresh));
    database.close();
    fresh.close();

    const store = jobs.open();
    expect(store.problem()).toBeNull();
    const batchId = '6f1e5a52-8a3f-4f0e-9a51-0d4e1c2b7a10';
    expect(store.unfinished().map(({ view }) => [view.title, view.state])).toEqual([
      ['Urgent', 'queued'],
      ['Lighthouse', 'running'],
    ]);
    expect(store.counts()).toMatchObject({ queued: 1, running: 1, succeeded: 1, failed: 1 });
    expect(store.page({ batchId }, 0, 10).total).toBe(2);
    const [running] = store.page({ states: ['running'] }, 0, 1).jobs;
    expect(running).toMatchObject({
      intent: { instanceId: 'gpu-1', readyAt: 1_763_000_000_000, at: 1_763_000_100_500, clientId: null },
      order: { extraData: { extra_pnginfo: { workflow: { id: 'w' } } }, upstreamClientId: 'upstream' },
      patches: [{ nodeId: '3', inputName: 'seed', value: 7 }],
    });
    expect(store.graph(running?.graphKey ?? '')).toEqual(samplePrompt);
    expect(store.events(running?.view.id ?? '').map(({ type }) => type)).toEqual(['submitted', 'assigned']);
    expect(store.fact('mode')).toBe('paused');
    await store.write([add(storedJob())], 'disk');
    expect(jobs.errors).toEqual([]);
  });

  it('are done by the store when it opens an old file', () => {
    writeVersionOne();
    expect(jobs.open().counts()).toMatchObject({ queued: 1, succeeded: 1 });
    expect(jobs.query('PRAGMA user_version')).toEqual([{ user_version: newestVersion }]);
    expect(jobs.query('PRAGMA application_id')).toEqual([{ application_id: applicationId }]);
    expect(jobs.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  });

  it('leave a file at the step before the one that fails', () => {
    writeVersionOne();
    const database = new DatabaseSync(jobs.path);
    database.exec('CREATE TABLE job_counts (mine)');
    expect(() => migrate(database)).toThrow('job_counts');
    expect([readVersion(database), database.isTransaction]).toEqual([2, false]);
    database.close();
    const store = jobs.open();
    expect(store.problem()).toMatchObject({
      code: 'STORE_CORRUPT',
      details: { file: 'jobs.sqlite', reason: 'damaged' },
    });
    expect(jobs.query('PRAGMA user_version')).toEqual([{ user_version: 2 }]);
  });
});
