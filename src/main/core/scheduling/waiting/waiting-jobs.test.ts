import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SchedulingJob } from '../scheduler-interface.ts';
import { job, shape } from '../scheduling.fixture.ts';
import { inQueueOrder } from './queue-order.ts';
import { createWaitingJobs } from './waiting-jobs.ts';

const arbitraryJob = fc.record({
  jobId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
  priority: fc.integer({ min: -1, max: 1 }),
  rank: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom<SchedulingJob['kind']>('interactive', 'batch'),
  lane: fc.constantFrom(null, null, 'l', 'm'),
  firm: fc.boolean(),
  model: fc.constantFrom('x', 'y'),
});

const waitingJobs = (): ReturnType<typeof createWaitingJobs> => createWaitingJobs(({ needs }) => needs.key);

describe('the waiting jobs', () => {
  it('are what was added and not removed, in queue order, and each that is next of its lane is in one group', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), arbitraryJob), { maxLength: 40 }), (steps) => {
        const waiting = waitingJobs();
        const expected = new Map<string, SchedulingJob>();
        for (const [isAdded, { model, ...fields }] of steps) {
          if (isAdded) {
            const added = job(fields.jobId, { ...fields, shape: shape(model) });
            waiting.add(added);
            expected.set(fields.jobId, added);
          } else {
            expect(waiting.remove(fields.jobId)).toBe(expected.get(fields.jobId));
            expected.delete(fields.jobId);
          }
        }
        const sorted = [...expected.values()].toSorted(inQueueOrder);
        expect(waiting.ids()).toEqual(sorted.map(({ jobId }) => jobId));
        expect(waiting.size).toBe(sorted.length);
        const first = new Map<string, SchedulingJob>();
        for (const each of sorted) if (each.lane !== null && !first.has(each.lane)) first.set(each.lane, each);
        const shown = sorted.filter((each) => each.lane === null || first.get(each.lane) === each);
        expect(waiting.levels().flatMap(({ jobs }) => jobs.items)).toEqual(shown);
        const grouped = waiting
          .levels()
          .flatMap(({ groups }) => [...groups.values()].flatMap((group) => group.byRank.items));
        expect(grouped.toSorted(inQueueOrder)).toEqual(shown);
        for (const level of waiting.levels()) {
          const demand = [...level.demand.values()].reduce((sum, { jobs }) => sum + jobs, 0);
          expect(demand).toBe(level.size);
          expect(level.firm.items).toEqual(level.jobs.items.filter(({ firm }) => firm));
        }
      }),
    );
  });

  it('of a lane wait for the one that was taken', () => {
    const waiting = waitingJobs();
    const [one, two] = [job('1', { lane: 'l' }), job('2', { lane: 'l' })];
    waiting.add(one);
    waiting.add(two);
    expect(waiting.isBehindItsLane(two)).toBe(true);
    waiting.laneTaken(one);
    waiting.remove('1');
    expect(waiting.isBehindItsLane(two)).toBe(true);
    expect(waiting.levels()).toEqual([]);
    waiting.laneLeft(one);
    expect(waiting.isBehindItsLane(two)).toBe(false);
  });
});
