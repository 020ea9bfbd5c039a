import { describe, expect, it } from 'vitest';
import { cacheArguments } from './cache-memory.ts';
import { parseFlagKnowledge } from './flag-knowledge.ts';

const gigabyte = 1024 ** 3;
const present = parseFlagKnowledge(
  'usage: main.py [-h] [--cpu]\n  [--cache-ram [GB ...] | --cache-classic | --cache-lru CACHE_LRU | --cache-none | --high-ram]\n\n',
);
const singleValue = parseFlagKnowledge('usage: main.py [-h] [--cache-ram [GB] | --cache-classic]\n\n');
const without = parseFlagKnowledge('usage: main.py [-h] [--cache-classic | --cache-lru CACHE_LRU]\n\n');

const of = (totalGb: number, budgetGb: number, extra: readonly string[] = [], knowledge = present) =>
  cacheArguments({ totalBytes: totalGb * gigabyte, budgetBytes: budgetGb * gigabyte }, extra, knowledge).join(' ');

describe('the memory for model caches', () => {
  it.each([
    [64, 0, '--cache-ram 6.4 32'],
    [64, 48, '--cache-ram 6.4 16'],
    [64, 16, '--cache-ram 6.4 48'],
    [256, 0, '--cache-ram 10 128'],
    [16, 0, '--cache-ram 2 8'],
    // More than there is: what the running prompt needs stays free all the same.
    [64, 500, '--cache-ram 6.4 6.4'],
    [64, 60, '--cache-ram 6.4 6.4'],
    [31.3, 0, '--cache-ram 3.1 15.7'],
  ])('of %d GB with a budget of %d is %s', (total, budget, text) => {
    expect(of(total, budget)).toBe(text);
  });

  it.each([
    ['--cache-ram'],
    ['--cache-ram', '4'],
    ['--cache-classic'],
    ['--cache-lru', '10'],
    ['--cache-lru=10'],
    ['--cache-none'],
    ['--high-ram'],
    ['--cache-cl'],
  ])('is left to a user who says %s', (...extra) => {
    expect(of(64, 0, extra)).toBe('');
  });

  it('is given to an install that takes both values, and to no other', () => {
    expect(of(64, 0, ['--cpu'])).toBe('--cache-ram 6.4 32');
    for (const knowledge of [singleValue, without, null]) expect(of(64, 0, [], knowledge)).toBe('');
    expect(cacheArguments(null, [], present)).toEqual([]);
    expect(of(0, 0)).toBe('');
  });
});
