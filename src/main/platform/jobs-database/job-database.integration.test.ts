import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAdding } from './add-often-process.fixture.ts';
import { createJobFolder, type JobFolder } from './job-database.fixture.ts';
import { add, storedJob } from './stored-job.fixture.ts';

const rounds = Number(process.env['ATELIER_KILL_ROUNDS'] ?? 9);

let jobs: JobFolder;
beforeEach(() => {
  jobs = createJobFolder();
});
afterEach(() => jobs.remove());

const integrity = (path: string): unknown => {
  const shell = new DatabaseSync(path, { readOnly: true });
  const answer = shell.prepare('PRAGMA integrity_check').get();
  shell.close();
  return answer?.['integrity_check'];
};

const idsOf = (lines: readonly string[], word: string): readonly string[] =>
  lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));

describe('a job database', () => {
  it('has every job and every change that it reported, after kill -9 at random moments', {
    timeout: 180_000,
  }, async () => {
    const reported = { added: new Set<string>(), ended: new Set<string>() };
    for (let round = 0; round < rounds; round += 1) {
      const callers = [1, 4, 32][round % 3] ?? 1;
      const killAt = 2 + Math.floor(Math.random() * 400);
      const adding = startAdding({
        path: jobs.path,
        callers,
        onLine: (_, count) => {
          if (count === killAt) adding.child.kill('SIGKILL');
        },
      });
      const lines = await adding.lines;
      expect(adding.child.signalCode).toBe('SIGKILL');
      for (const id of idsOf(lines, 'added')) reported.added.add(id);
      for (const id of idsOf(lines, 'ended')) reported.ended.add(id);

      expect(integrity(jobs.path)).toBe('ok');
      const store = jobs.open();
      expect(store.problem()).toBeNull();
      const [all, succeeded] = [new Set(store.ids({})), new Set(store.ids({ states: ['succeeded'] }))];
      expect([...reported.added].filter((id) => !all.has(id))).toEqual([]);
      expect([...reported.ended].filter((id) => !succeeded.has(id))).toEqual([]);
      // What one write holds is there as a whole: each job has the event that came with it.
      const orphans = 'SELECT count(*) AS jobs FROM jobs WHERE id NOT IN (SELECT job_id FROM job_events)';
      expect(jobs.query(orphans)).toEqual([{ jobs: 0 }]);
      expect(store.unfinished()).toHaveLength(all.size - succeeded.size);
      await store.close();
    }
    expect(reported.added.size).toBeGreaterThan(rounds * 20);
    expect(jobs.errors).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('refuses jobs on a full disk and keeps what it has', async () => {
    // In blocks of 1024 bytes. The log grows first: it is what meets the limit.
    const adding = startAdding({ path: jobs.path, callers: 4, paddingCharacters: 2000, limit: 'ulimit -f 700;' });
    const lines = await adding.lines;
    expect(adding.child.exitCode).toBe(3);
    const added = idsOf(lines, 'added');
    expect(added.length).toBeGreaterThan(10);
    expect(lines.filter((line) => line.startsWith('failed'))).toHaveLength(1);
    expect(lines.find((line) => line.startsWith('failed'))).toMatch(
      /^failed STORE_WRITE_FAILED (disk-full|input-output)$/,
    );
    expect(Number(idsOf(lines, 'readable')[0])).toBeGreaterThanOrEqual(added.length);

    expect(integrity(jobs.path)).toBe('ok');
    const store = jobs.open();
    const all = new Set(store.ids({}));
    expect(added.filter((id) => !all.has(id))).toEqual([]);
    await store.write([add(storedJob())], 'disk');
    expect(store.problem()).toBeNull();
  });

  it.runIf(process.platform === 'linux')('takes jobs again when the disk has room again', async () => {
    const adding = startAdding({
      path: jobs.path,
      paddingCharacters: 2000,
      persist: true,
      limit: 'ulimit -S -f 700;',
      onLine: (line) => {
        if (line.startsWith('readable'))
          execFileSync('prlimit', ['--pid', String(adding.child.pid), '--fsize=unlimited']);
      },
    });
    const lines = await adding.lines;
    expect(lines.at(-1)).toBe('well again');
    expect(integrity(jobs.path)).toBe('ok');
    const all = new Set(jobs.open().ids({}));
    expect(idsOf(lines, 'added').filter((id) => !all.has(id))).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('cannot even be made on a full disk, and says so', async () => {
    const adding = startAdding({ path: jobs.path, limit: 'ulimit -f 0;' });
    const lines = await adding.lines;
    expect(lines[0]).toMatch(/^problem STORE_WRITE_FAILED (disk-full|input-output)$/);
    expect(lines.at(-1)).toBe('readable 0');
  });

  describe.runIf(process.platform === 'linux')('without the right to write', () => {
    const isRoot = process.getuid?.() === 0;
    const nobody = 65_534;
    /** Root may write everything, so that the look is another user's. */
    const look = () => startAdding({ path: jobs.path, ...(isRoot ? { userId: nobody } : {}) }).lines;

    beforeEach(async () => {
      const store = jobs.open();
      await store.write([add(storedJob()), add(storedJob())], 'disk');
      await store.close();
      if (!isRoot) return;
      chownSync(jobs.folder, nobody, nobody);
      chownSync(jobs.path, nobody, nobody);
    });
    afterEach(() => {
      chmodSync(jobs.folder, 0o700);
      chmodSync(jobs.path, 0o600);
    });

    it.each([
      ['in a file', () => chmodSync(jobs.path, 0o400), 'STORE_WRITE_FAILED read-only', 'readable 2'],
      ['in a folder', () => chmodSync(jobs.folder, 0o500), 'STORE_WRITE_FAILED read-only', 'readable 2'],
      ['or to read the file', () => chmodSync(jobs.path, 0o000), 'STORE_READ_FAILED cannot-open', 'readable 0'],
    ])(
      '%s it shows what is there where it can, takes nothing and changes nothing',
      async (_, forbid, code, readable) => {
        const bytes = readFileSync(jobs.path);
        forbid();
        expect(await look()).toEqual([`problem ${code}`, 'ready', `failed ${code}`, readable]);
        expect(readFileSync(jobs.path).equals(bytes)).toBe(true);
      },
    );
  });
});
