import type { HeadlessStudio } from '../../e2e/hosts/headless-studio.ts';
import { waitFor } from '../studio-client.ts';
import { journalLines } from './seeded-run.ts';

/** Numbers in [0, 1) that a seed names. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Lines that the journal of a whole run has; a place beyond the last one is a kill after the end. */
export const wholeRunLines = 40;

/** Kills the studio, and nothing but the studio, as soon as its journal has so many lines, or the run is at rest before. */
export const killAt = async (studio: HeadlessStudio, lines: number, dataFolder: string): Promise<void> => {
  await waitFor(
    'a place in the journal',
    async () => {
      const count = journalLines(dataFolder).length;
      return (
        count >= lines ||
        (count > 0 && /"type":"(?:finished|failed|undone)"/.test(journalLines(dataFolder).at(-1) ?? ''))
      );
    },
    (isThere) => isThere,
    40_000,
  );
  await studio.end('SIGKILL');
};
