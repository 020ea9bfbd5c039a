import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClientTurns, type Place } from './client-turns.ts';
import { local, openWorld, setUp } from './jobs-world.fixture.ts';

const place = (jobId: string, client: string): Place => ({
  jobId,
  clientId: client,
  caller: null,
  priority: 0,
  kind: 'interactive',
});

/** A queue with the turns of its clients; jobs are named after their client and their number. */
const createQueue = () => {
  const turns = createClientTurns();
  const ranks = new Map<string, number>();
  const counts = new Map<string, number>();
  let counter = 0;
  const order = (): readonly string[] =>
    [...ranks]
      .toSorted(([one, rank], [other, otherRank]) => rank - otherRank || (one < other ? -1 : 1))
      .map(([jobId]) => jobId);
  return {
    turns,
    ranks,
    order,
    submit: (client: string): string => {
      const count = (counts.get(client) ?? 0) + 1;
      counts.set(client, count);
      const jobId = `${client}${String(count).padStart(4, '0')}`;
      const rank = turns.rankFor(place(jobId, client), counter);
      counter += 1;
      turns.stands(place(jobId, client), rank);
      ranks.set(jobId, rank);
      return jobId;
    },
    take: (jobId: string): void => {
      turns.left(jobId);
      ranks.delete(jobId);
    },
  };
};

const clientsOf = (jobIds: readonly string[]): string => jobIds.map((jobId) => jobId[0]).join('');

describe('the turns of clients', () => {
  it('let the first job of a client run next but one, however many of another wait', () => {
    const { submit, order } = createQueue();
    for (let count = 0; count < 1000; count += 1) submit('a');
    submit('b');
    expect(order().indexOf('b0001')).toBe(1);
    for (let count = 0; count < 3; count += 1) submit('b');
    submit('c');
    submit('c');
    expect(clientsOf(order().slice(0, 12))).toBe('abcabcababaa');
  });

  it('leave the queue of one client as it came', () => {
    const { submit, ranks } = createQueue();
    for (let count = 0; count < 5; count += 1) submit('a');
    expect([...ranks.values()]).toEqual([0, 1, 2, 3, 4]);
  });

  it('come behind those that came before, where nobody waits with more', () => {
    const { submit, order } = createQueue();
    for (const client of 'abcab') submit(client);
    expect(clientsOf(order())).toBe('abcab');
  });

  it('give nobody more because a job of another cannot run', () => {
    const { submit, order, take } = createQueue();
    for (let count = 0; count < 100; count += 1) submit('a');
    // The first one waits for an instance that is stopped, and the others pass it.
    for (const jobId of order().slice(1, 50)) take(jobId);
    for (let count = 0; count < 20; count += 1) submit('b');
    expect(clientsOf(order().slice(0, 8))).toBe('abababab');
  });

  it('stand behind a job of the same client that was moved to the end', () => {
    const { submit, order, turns, ranks } = createQueue();
    for (let count = 0; count < 10; count += 1) submit('a');
    submit('b');
    turns.stands(place('b0001', 'b'), 9.5);
    ranks.set('b0001', 9.5);
    submit('b');
    expect(order().slice(-2)).toEqual(['b0001', 'b0002']);
  });

  it('are apart for each priority and kind', () => {
    const turns = createClientTurns();
    for (let count = 0; count < 9; count += 1) turns.stands(place(`a${count}`, 'a'), count);
    expect(turns.rankFor({ ...place('b', 'b'), priority: 1 }, 20)).toBe(20);
    expect(turns.rankFor({ ...place('b', 'b'), kind: 'batch' }, 20)).toBe(20);
    expect(turns.rankFor(place('b', 'b'), 20)).toBeLessThan(1);
  });

  it('have room for hundreds of clients between two jobs of another', () => {
    const { submit, order } = createQueue();
    for (let count = 0; count < 3; count += 1) submit('a');
    for (let client = 0; client < 200; client += 1) submit(String.fromCodePoint(0x100 + client));
    const between = order().slice(order().indexOf('a0001') + 1, order().indexOf('a0002'));
    expect(between).toHaveLength(200);
    expect(between).toEqual(between.toSorted());
  });

  it('keep the order of each client, and let none stand behind more of another than it has itself, and one', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ submit: fc.constantFrom('a', 'a', 'a', 'b', 'c', 'd') }) },
      { weight: 1, arbitrary: fc.record({ take: fc.nat({ max: 6 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { submit, order, take } = createQueue();
        for (const each of steps) {
          if ('take' in each) {
            const jobId = order()[each.take];
            if (jobId !== undefined) take(jobId);
            continue;
          }
          const earlier = order();
          const jobId = submit(each.submit);
          const now = order();
          const own = now.filter((other) => other.startsWith(each.submit));
          expect(own).toEqual(own.toSorted());
          expect(now.filter((other) => other !== jobId)).toEqual(earlier);
          const before = now.slice(0, now.indexOf(jobId));
          const last = own.at(-2);
          const ahead = before.slice(last === undefined ? 0 : before.indexOf(last) + 1);
          for (const client of 'abcd') {
            if (client === each.submit) continue;
            const isOver = before.filter((other) => other.startsWith(client)).length > own.length;
            // Jobs of its own keep it further back; right behind those it stands.
            if (isOver && last !== undefined) expect(ahead).toEqual([]);
            else expect(isOver).toBe(false);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are those of the program where that makes up another client id for each job', () => {
    const { submit, turns, order, ranks, take } = createQueue();
    for (let count = 0; count < 100; count += 1) submit('a');
    let counter = 1000;
    const made = (jobId: string, clientId: string): void => {
      const owner = { ...place(jobId, clientId), caller: 'script' };
      const rank = turns.rankFor(owner, counter);
      counter += 1;
      turns.stands(owner, rank);
      ranks.set(jobId, rank);
    };
    for (let count = 0; count < 50; count += 1) made(`x${String(count).padStart(3, '0')}`, `made up ${count}`);
    made('y', 'made up 49');
    // The first sixteen as clients of their own, the others one after the other.
    expect(clientsOf(order().slice(0, 23))).toBe(`a${'x'.repeat(17)}axaxa`);
    const own = order().filter((jobId) => !jobId.startsWith('a'));
    expect(own).toEqual(own.toSorted());
    for (const jobId of own) take(jobId);
    made('z', 'another');
    expect(order().indexOf('z')).toBe(1);
  });
});

describe('jobs of several clients', () => {
  const open = () => setUp([local('a')], { settings: { maxQueuedJobs: 1000 } });

  it('take turns, also after a restart, and what is submitted at once stays in its order', async () => {
    const set = open();
    const { jobs, clock, submit, waiting } = set;
    for (let count = 0; count < 20; count += 1) await submit({ title: `a${count}`, clientId: 'a' });
    const running = jobs.live.activeIds().length;
    await submit({ title: 'b0' }, { caller: '127.0.0.1 curl' });
    await Promise.all(['b1', 'b2', 'b3'].map((title) => submit({ title }, { caller: '127.0.0.1 curl' })));
    await submit({ title: 'front', clientId: 'c' }, { front: true });
    await clock.advance(0);
    expect(running).toBe(1);
    expect(waiting().slice(0, 9)).toEqual(['front', 'a1', 'b0', 'a2', 'b1', 'a3', 'b2', 'a4', 'b3']);
    set.kill();
    const next = openWorld(set.world, { settings: { maxQueuedJobs: 1000 } });
    await next.submit({ title: 'b4' }, { caller: '127.0.0.1 curl' });
    await next.submit({ title: 'd0', clientId: 'd' });
    expect(next.waiting().slice(0, 12)).toEqual([
      'front',
      'a1',
      'b0',
      'd0',
      'a2',
      'b1',
      'a3',
      'b2',
      'a4',
      'b3',
      'a5',
      'b4',
    ]);
  });

  it('forget a submission that the disk refused', async () => {
    const { store, submit, waiting } = open();
    for (let count = 0; count < 6; count += 1) await submit({ title: `a${count}`, clientId: 'a' });
    await expect(
      submit({ title: 'none', clientId: 'b', inputs: [{ name: 'x', uploadId: 'nothing' }] }),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(store.rows()).toHaveLength(6);
    await submit({ title: 'b0', clientId: 'b' });
    expect(waiting().slice(0, 3)).toEqual(['a1', 'b0', 'a2']);
  });
});
