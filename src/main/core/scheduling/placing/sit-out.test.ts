import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instance, job, moment, scheduler, shape } from '../scheduling.fixture.ts';

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
