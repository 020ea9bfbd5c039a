import { describe, expect, it } from 'vitest';
import { decideAll, instance, job, moment, scheduler } from './scheduling.fixture.ts';

describe('spread before stacking', () => {
  it('two idle cards and two jobs of one model: each card gets one', () => {
    const one = scheduler();
    one.add(job('1'));
    one.add(job('2'));
    expect(decideAll(one, moment([instance('a'), instance('b')]))).toEqual(['1@a', '2@b']);
  });
});
