import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lesson, second, taught } from '../lessons.fixture.ts';
import { decideAll, instance, job, moment, scheduler, shape } from '../scheduling.fixture.ts';

describe('instances that are equal to each other', () => {
  it('never both leave a lone job to the other, whatever it costs', () => {
    const cost = fc.record({
      work: fc.double({ min: 0.01, max: 5000, noNaN: true }),
      models: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(cost, fc.integer({ min: 2, max: 5 }), ({ work, models }, count) => {
        const fleet = Array.from({ length: count }, (_, index) => instance(`i${index}`));
        const loaders = Array.from({ length: models }, (_, index) => `checkpoints/${index}`);
        const tested = scheduler();
        tested.add(job('lone', { shape: shape(loaders, work) }));
        expect(tested.next(moment(fleet))).toMatchObject({ kind: 'assign', jobId: 'lone' });
      }),
    );
  });
});

describe('a degraded instance', () => {
  it('is waited for by no healthy one, however much sooner it would be done', () => {
    const fleet = [instance('cold'), instance('warm', { health: 'degraded' })];
    const tested = scheduler();
    tested.adopt(job('before'), 'warm', 0);
    tested.started('before', 0);
    tested.ended('before', 'succeeded', 1);
    tested.add(job('lone'));
    expect(tested.next(moment(fleet))).toMatchObject({ kind: 'assign', instanceId: 'cold' });
  });
});

describe('a wait is given up', () => {
  const slow = instance('slow', { deviceKey: 's' });
  const fast = instance('fast', { deviceKey: 'f' });
  const teach = () =>
    taught([slow, fast], [lesson('slow', 'x', second, 60 * second), lesson('fast', 'x', second, 5 * second)]);

  it('for an instance that takes far too long to come up', () => {
    const fleet = [slow, instance('fast', { deviceKey: 'f', status: 'starting', coldStartMs: 20 * second })];
    const one = teach();
    one.add(job('1', { shape: shape('x') }));
    expect(decideAll(one, moment(fleet))).toEqual([]);
    expect(decideAll(one, moment(fleet, { now: 60 * second }))).toEqual([]);
    expect(decideAll(one, moment(fleet, { now: 600 * second }))).toEqual(['1@slow']);
  });

  it('for a job that was given to an instance and does not begin', () => {
    const one = teach();
    one.add(job('stuck', { shape: shape('x'), requestedInstanceId: 'fast' }));
    expect(decideAll(one, moment([slow, fast]))).toEqual(['stuck@fast']);
    one.add(job('1', { shape: shape('x') }));
    expect(decideAll(one, moment([slow, fast], { now: 60 * second }))).toEqual([]);
    expect(decideAll(one, moment([slow, fast], { now: 600 * second }))).toEqual(['1@slow']);
  });
});
