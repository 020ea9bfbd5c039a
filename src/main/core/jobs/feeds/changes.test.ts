import { describe, expect, it } from 'vitest';
import { type Changes, maxNamedJobs, mergeChanges, touches } from './changes.ts';

const changes = (jobIds: readonly string[] | null, lists = false): Changes => ({
  jobIds: jobIds === null ? null : new Set(jobIds),
  lists,
});
const many = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `job ${from + index}`);

describe('changes', () => {
  it.each<[string, Changes | null, Changes, Changes]>([
    ['the first ones', null, changes(['a']), changes(['a'])],
    ['jobs of both', changes(['a', 'b']), changes(['b', 'c']), changes(['a', 'b', 'c'])],
    ['lists of the earlier', changes([], true), changes(['a']), changes(['a'], true)],
    ['lists of the later', changes(['a']), changes([], true), changes(['a'], true)],
    ['too many of the earlier', changes(null), changes(['a']), changes(null)],
    ['too many of the later', changes(['a']), changes(null, true), changes(null, true)],
    ['as many as are named', changes(many(0, 1)), changes(many(0, maxNamedJobs)), changes(many(0, maxNamedJobs))],
    ['more than are named together', changes(many(0, 1)), changes(many(1, maxNamedJobs)), changes(null)],
  ])('add up: %s', (_name, one, other, expected) => {
    expect(mergeChanges(one, other)).toEqual(expected);
  });

  it('touch the jobs that they name, and any where they are too many to name', () => {
    expect(touches(changes(['a']), 'a')).toBe(true);
    expect(touches(changes(['a'], true), 'b')).toBe(false);
    expect(touches(changes(null), 'b')).toBe(true);
  });
});
