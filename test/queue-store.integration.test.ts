import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { callStudio } from './studio-client.ts';
import { openDataFolder, openStudio } from './studio-fixture.ts';
import { plainPrompt, submit } from './studio-jobs.ts';

const databaseOf = (dataFolder: string): string => join(dataFolder, 'jobs.sqlite');
const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

const isRoot = process.getuid?.() === 0;

/** A data folder with one waiting job, whose studio has ended. */
const folderWithJob = async (onTestFinished: (cleanup: () => Promise<void>) => void) => {
  const dataFolder = await openDataFolder(onTestFinished);
  const studio = await openStudio(onTestFinished, { dataFolder });
  const { id } = await submit(studio, plainPrompt('kept'));
  expect(await studio.end('SIGTERM')).toBe(0);
  return { dataFolder, id };
};

const refusedWith = async (studio: Awaited<ReturnType<typeof openStudio>>, code: string): Promise<void> => {
  await expect(submit(studio, plainPrompt('refused'))).rejects.toThrow(code);
  expect(await callStudio(studio, 'queue.get', {})).toMatchObject({ problem: { code } });
};

describe.concurrent('a database of jobs that cannot be used', () => {
  it.each([
    [
      'is garbage',
      (path: string) => writeFileSync(path, 'this is no database, but somebody put it here\n'.repeat(100)),
    ],
    [
      'is torn in its middle',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes.fill(0xab, 1000, bytes.length);
        writeFileSync(path, bytes);
      },
    ],
  ])('because it %s: no job is taken, and the file stays', async (_what, damage) => {
    const cleanups: (() => Promise<void>)[] = [];
    try {
      const { dataFolder } = await folderWithJob((cleanup) => cleanups.push(cleanup));
      damage(databaseOf(dataFolder));
      const before = digest(databaseOf(dataFolder));
      const studio = await openStudio((cleanup) => cleanups.push(cleanup), { dataFolder });
      await refusedWith(studio, 'STORE_CORRUPT');
      await studio.end('SIGTERM');
      expect(digest(databaseOf(dataFolder))).toBe(before);
    } finally {
      for (const cleanup of cleanups.reverse()) await cleanup();
    }
  });

  it('because a newer version wrote it: no job is taken, and the file stays', async ({ onTestFinished }) => {
    const { dataFolder, id } = await folderWithJob(onTestFinished);
    const database = new DatabaseSync(databaseOf(dataFolder));
    database.exec('PRAGMA user_version = 999');
    database.close();
    const before = digest(databaseOf(dataFolder));
    const studio = await openStudio(onTestFinished, { dataFolder });
    await refusedWith(studio, 'STORE_NEWER_VERSION');
    await studio.end('SIGTERM');
    expect(digest(databaseOf(dataFolder))).toBe(before);
    const after = new DatabaseSync(databaseOf(dataFolder), { readOnly: true });
    expect(after.prepare('SELECT state FROM jobs WHERE id = ?').get(id)).toMatchObject({ state: 'queued' });
    after.close();
  });

  it.skipIf(isRoot)('because it is read-only: no job is taken', async ({ onTestFinished }) => {
    const { dataFolder } = await folderWithJob(onTestFinished);
    chmodSync(databaseOf(dataFolder), 0o400);
    const studio = await openStudio(onTestFinished, { dataFolder });
    await refusedWith(studio, 'STORE_WRITE_FAILED');
  });
});

describe.concurrent('jobs that were accepted', () => {
  it('are in the database when the answer comes, whatever happens then', async ({ onTestFinished }) => {
    const dataFolder = await openDataFolder(onTestFinished);
    const studio = await openStudio(onTestFinished, { dataFolder });
    const accepted: string[] = [];
    let isKilled = false;
    const submitters = Array.from({ length: 8 }, async (_, submitter) => {
      for (let index = 0; !isKilled; index += 1) {
        const answer = await submit(studio, plainPrompt(`flood-${submitter}-${index}`)).catch(() => null);
        if (answer === null) return;
        accepted.push(answer.id);
        if (accepted.length === 200) {
          isKilled = true;
          await studio.end('SIGKILL');
        }
      }
    });
    await Promise.all(submitters);
    const database = new DatabaseSync(databaseOf(dataFolder));
    const rows = database.prepare('SELECT id FROM jobs').all();
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
    const stored = new Set(rows.map((row) => row['id']));
    expect(accepted.filter((id) => !stored.has(id))).toEqual([]);
    const again = await openStudio(onTestFinished, { dataFolder });
    expect(await callStudio(again, 'queue.get', {})).toMatchObject({ counts: { queued: rows.length } });
  });
});
