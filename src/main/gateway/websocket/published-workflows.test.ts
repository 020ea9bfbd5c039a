import { describe, expect, it } from 'vitest';
import { createPublishedWorkflows } from './published-workflows.ts';

const shared = (id: string, workflow: unknown = 1) => ({ publisher: { id, name: id }, workflow });
const idsOf = (told: readonly Readonly<Record<string, unknown>>[]) => told.map((data) => data['publisher']);

describe('shared workflows', () => {
  it('are kept one a publisher, for the instance that told of them', () => {
    const workflows = createPublishedWorkflows();
    workflows.note('a', shared('p', 1));
    workflows.note('a', shared('q', 2));
    workflows.note('b', shared('r', 3));
    workflows.note('a', shared('p', 4));
    expect(workflows.of('a')).toEqual([shared('q', 2), shared('p', 4)]);
    expect(workflows.of(null)).toEqual([]);
  });

  it('without a publisher are not kept', () => {
    const workflows = createPublishedWorkflows();
    for (const data of [{}, { publisher: null }, { publisher: { id: 5 } }]) workflows.note('a', data);
    expect(workflows.of('a')).toEqual([]);
  });

  it('are the latest ones where they are too many, or too large together', () => {
    const workflows = createPublishedWorkflows();
    for (let index = 0; index < 100; index += 1) workflows.note('a', shared(String(index)));
    expect(workflows.of('a')).toHaveLength(64);
    const large = 'x'.repeat(12 * 1024 ** 2);
    for (const id of ['u', 'v', 'w', 'v']) workflows.note('a', shared(id, large));
    expect(idsOf(workflows.of('a'))).toEqual(['w', 'v'].map((id) => ({ id, name: id })));
  });

  it('have subscribers that are known once, the latest of very many', () => {
    const workflows = createPublishedWorkflows();
    expect([workflows.subscribe('x'), workflows.subscribe('x')]).toEqual([true, false]);
    for (let index = 0; index < 1000; index += 1) workflows.subscribe(`s${index}`);
    expect([workflows.isSubscribed('x'), workflows.isSubscribed('s0')]).toEqual([false, true]);
    expect([workflows.unsubscribe('s0'), workflows.unsubscribe('s0')]).toEqual([true, false]);
  });
});
