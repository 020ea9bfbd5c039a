import { describe, expect, it } from 'vitest';
import { StudioError } from '#contract/errors.ts';
import type { StoreChange } from '#core/ports/job-store.ts';
import type { Commit } from './commit-group.ts';
import { createWriteQueue } from './write-queue.ts';

const fact = (name: string): StoreChange => ({ kind: 'fact', name, value: 1 });
const names = (calls: readonly (readonly StoreChange[])[]): readonly string[] =>
  calls.map((changes) => changes.map((change) => (change.kind === 'fact' ? change.name : '')).join('+'));
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A queue over a list instead of a file: what was committed, together with what. `fail` makes the next groups fail. */
const createRig = () => {
  const groups: (readonly string[])[] = [];
  const settled: (string | null)[] = [];
  const tasks: (() => void)[] = [];
  const rig: { now: number; fail: StudioError | null; duringCommit: () => void; sync: () => Promise<void> } = {
    now: 0,
    fail: null,
    duringCommit: () => {},
    sync: () => Promise.resolve(),
  };
  const commit = function* (calls: readonly (readonly StoreChange[])[]): Commit {
    rig.duringCommit();
    for (const changes of calls) for (const _ of changes) yield;
    if (rig.fail !== null) throw rig.fail;
    groups.push(names(calls));
    return calls.map(() => null);
  };
  const queue = createWriteQueue({
    clock: {
      now: () => rig.now,
      schedule: (_, task) => {
        tasks.push(task);
        return () => tasks.splice(tasks.indexOf(task), 1);
      },
    },
    commit,
    sync: () => rig.sync(),
    isPassing: ({ details }) => details?.['reason'] === 'busy',
    refuse: () => new StudioError('STORE_WRITE_FAILED', 'too much'),
    onSettled: (error) => settled.push(error?.message ?? null),
  });
  return { queue, groups, settled, tasks, rig };
};

const busy = new StudioError('STORE_WRITE_FAILED', 'busy', { details: { reason: 'busy' } });

describe('the queue of writes', () => {
  it('commits the writes of one turn together and in order', async () => {
    const { queue, groups } = createRig();
    await Promise.all([
      queue.write([fact('a')], 'process'),
      queue.write([fact('b'), fact('c')], 'disk'),
      queue.write([], 'process'),
    ]);
    await queue.write([fact('d')], 'process');
    expect(groups).toEqual([['a', 'b+c', ''], ['d']]);
  });

  it('lets those wait for the disk who asked for it, and tells them when it fails', async () => {
    const { queue, settled, rig } = createRig();
    const disk = Promise.withResolvers<void>();
    rig.sync = () => disk.promise;
    const done: string[] = [];
    const first = queue.write([fact('a')], 'disk').catch((error: unknown) => done.push(String(error)));
    await queue.write([fact('b')], 'process').then(() => done.push('b'));
    await nextTurn();
    expect(done).toEqual(['b']);
    disk.reject(new StudioError('STORE_WRITE_FAILED', 'broken'));
    await first;
    expect([done, settled]).toEqual([
      ['b', 'StudioError: broken'],
      [null, 'broken'],
    ]);
  });

  it('writes at once what a reader waits for', () => {
    const { queue, groups } = createRig();
    void queue.write([fact('a')], 'process');
    expect(groups).toEqual([]);
    queue.flush();
    expect(groups).toHaveLength(1);
    queue.flush();
    expect(groups).toHaveLength(1);
  });

  it('tries again while another program holds the file, before what came later, and gives up after its limit', async () => {
    const { queue, groups, settled, tasks, rig } = createRig();
    rig.fail = busy;
    const first = queue.write([fact('a')], 'disk');
    await nextTurn();
    const second = queue.write([fact('b')], 'disk');
    await nextTurn();
    expect([tasks.length, settled]).toEqual([1, []]);
    rig.fail = null;
    tasks.pop()?.();
    await Promise.all([first, second]);
    expect(groups).toEqual([['a', 'b']]);

    rig.fail = busy;
    const third = queue.write([fact('c')], 'disk');
    await nextTurn();
    rig.now += 6000;
    tasks.pop()?.();
    await expect(third).rejects.toBe(busy);
    expect([tasks, settled]).toEqual([[], [null, 'busy']]);
  });

  it('fails what waits when it has to finish, and everything of a group that fails for another reason', async () => {
    const { queue, settled, rig } = createRig();
    rig.fail = busy;
    const first = queue.write([fact('a')], 'disk');
    queue.flush();
    queue.finish();
    await expect(first).rejects.toBe(busy);
    rig.fail = new StudioError('STORE_WRITE_FAILED', 'full');
    const results = await Promise.allSettled([queue.write([fact('b')], 'disk'), queue.write([fact('c')], 'disk')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(settled).toEqual(['busy', 'full']);
  });

  it('refuses more than it may keep, but takes one write of any size', async () => {
    const { queue, groups, rig } = createRig();
    rig.fail = busy;
    const huge = queue.write(Array<StoreChange>(1_000_001).fill(fact('x')), 'process');
    await expect(queue.write([fact('a')], 'process')).rejects.toThrow('too much');
    rig.fail = null;
    queue.flush();
    await huge;
    await queue.write([fact('b')], 'process');
    expect(groups.map((calls) => calls.length)).toEqual([1, 1]);
  });

  it('bears being asked in the middle of a commit', async () => {
    const { queue, groups, rig } = createRig();
    rig.duringCommit = () => queue.flush();
    await Promise.all([queue.write([fact('a')], 'disk'), queue.write([fact('b')], 'disk')]);
    expect(groups).toHaveLength(1);
  });
});
