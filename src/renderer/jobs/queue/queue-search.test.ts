import { describe, expect, it } from 'vitest';
import { jobStates } from '#contract/models/job.ts';
import { batchId } from '../../testing/job-fixtures.ts';
import { countAll, countOf, filterOf, isWhole, queueSearchSchema, queueSections } from './queue-search.ts';

const counts = { queued: 1, assigned: 2, running: 4, succeeded: 8, failed: 16, cancelled: 32, parked: 64 };

describe('the address of the queue page', () => {
  it('counts a wrong value as none', () => {
    const wrong = { show: 'purple', outcome: 'queued', batch: 'x', job: '../../x', search: 'fox' };
    expect(queueSearchSchema.parse(wrong)).toEqual({ search: 'fox' });
  });

  it('has every state in exactly one section', () => {
    const shown = queueSections.flatMap((section) => filterOf(section, {}).states ?? []);
    expect(shown.toSorted()).toEqual([...jobStates].toSorted());
    expect(queueSections.map((section) => countOf(section, counts))).toEqual([6, 1, 56, 64]);
    expect(countAll(counts)).toBe(127);
  });

  it('narrows a section by outcome, text and batch', () => {
    expect(filterOf('done', { outcome: 'failed', search: '  fox ', batch: batchId(1) })).toEqual({
      states: ['failed'],
      text: 'fox',
      batchId: batchId(1),
    });
    expect(filterOf('waiting', { outcome: 'failed' })).toEqual({ states: ['queued'] });
  });

  it('tells places only where no job is left out', () => {
    expect([isWhole({}), isWhole({ search: ' ' }), isWhole({ search: 'a' }), isWhole({ batch: batchId(1) })]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
