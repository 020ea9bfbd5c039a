import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreChange } from '#core/ports/job-store.ts';
import { commitGroup } from './commit-group.ts';
import { createJobFolder, type JobFolder } from './job-database.fixture.ts';
import { readNumber, readTexts } from './sqlite-values.ts';

let jobs: JobFolder;
let database: DatabaseSync;
beforeEach(() => {
  jobs = createJobFolder();
  database = new DatabaseSync(jobs.path);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE names (name TEXT UNIQUE)');
});
afterEach(async () => {
  database.close();
  await jobs.remove();
});

const fact = (name: string): StoreChange => ({ kind: 'fact', name, value: null });
const addName = (change: StoreChange): void => {
  if (change.kind === 'fact') database.prepare('INSERT INTO names VALUES (?)').run(change.name);
};
const names = (): readonly string[] => readTexts(database.prepare('SELECT name FROM names ORDER BY name'));

const run = (calls: readonly (readonly StoreChange[])[], apply: (change: StoreChange) => void) => {
  const commit = commitGroup(database, calls, apply);
  for (;;) {
    const step = commit.next();
    if (step.done === true) return step.value;
  }
};

describe('a group of writes', () => {
  it('takes back one call that cannot be written, whole, and keeps the others', () => {
    const outcomes = run([[fact('a')], [fact('b'), fact('a')], [fact('c')]], addName);
    expect(outcomes.map((outcome) => outcome?.code ?? null)).toEqual([null, 'INTERNAL', null]);
    expect(names()).toEqual(['a', 'c']);
  });

  it('takes back everything when the file is in trouble, and leaves no transaction open', () => {
    const full = Object.assign(new Error('full'), { errcode: 13 });
    const applyUntilFull = (change: StoreChange): void => {
      addName(change);
      if (change.kind === 'fact' && change.name === 'b') throw full;
    };
    expect(() => run([[fact('a')], [fact('b')], [fact('c')]], applyUntilFull)).toThrow(full);
    expect([names(), database.isTransaction]).toEqual([[], false]);
  });

  it('is seen by nobody before its end, and can be paused after each change', () => {
    const commit = commitGroup(database, [[fact('a'), fact('b')], [fact('c')]], addName);
    const other = new DatabaseSync(jobs.path, { readOnly: true });
    const seen = (): number => readNumber(other, 'SELECT count(*) FROM names');
    for (let step = 0; step < 3; step += 1) expect([commit.next().done, seen()]).toEqual([false, 0]);
    expect([commit.next().done, seen()]).toEqual([true, 3]);
    other.close();
  });

  it('removes many jobs in several steps', () => {
    const removed: number[] = [];
    const jobIds = Array.from({ length: 250 }, (_, index) => String(index));
    run([[{ kind: 'remove', jobIds }]], (change) => {
      if (change.kind === 'remove') removed.push(change.jobIds.length);
    });
    expect(removed).toEqual([100, 100, 50]);
  });
});
