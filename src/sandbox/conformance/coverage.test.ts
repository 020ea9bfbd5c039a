import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Covered, coverage } from './coverage.ts';
import { fixturePath } from './recording.ts';

const covered = Object.entries(coverage).flatMap(([name, entry]): [string, Covered][] =>
  'tests' in entry ? [[name, entry]] : [],
);

const sourceOf = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');

describe('the table of recordings', () => {
  it('names every fixture, and no other', () => {
    const named = covered.flatMap(([, { fixtures }]) => fixtures);
    expect(named.toSorted()).toEqual(readdirSync(fixturePath('.')).toSorted());
  });

  it.each(covered)('%s is loaded by the tests that it names', (_, { tests, fixtures }) => {
    for (const test of tests) {
      expect(existsSync(join(import.meta.dirname, test))).toBe(true);
      const source = sourceOf(test);
      for (const fixture of fixtures) expect(source).toContain(fixture.replace(/\.json$/, ''));
    }
  });

  it('gives a reason for each recording that is not compared', () => {
    const reasons = Object.values(coverage).flatMap((entry) => ('why' in entry ? [entry.why] : []));
    expect(reasons.every((why) => why.length > 20)).toBe(true);
  });
});
