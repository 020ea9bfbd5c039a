import { describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import { dependentsOf } from './prompt-links.ts';

const node = (...sources: readonly string[]) => ({
  class_type: 'X',
  inputs: Object.fromEntries(sources.map((source, index) => [`input${index}`, [source, 0]])),
});

describe('what uses the outputs of nodes', () => {
  it('is found through any number of steps', () => {
    const prompt: Prompt = { a: node(), b: node('a'), c: node('b', 'd'), d: node(), e: node('d') };
    expect([...dependentsOf(prompt, ['a'])].sort()).toEqual(['b', 'c']);
    expect([...dependentsOf(prompt, ['d'])].sort()).toEqual(['c', 'e']);
  });

  it('is found as fast where tens of thousands use one node', () => {
    const users = Array.from({ length: 60_000 }, (_, index) => [`user${index}`, node('a')] as const);
    // With a copy of the list for each user it takes longer than a test may.
    expect(dependentsOf({ a: node(), ...Object.fromEntries(users) }, ['a']).size).toBe(60_000);
  });
});
