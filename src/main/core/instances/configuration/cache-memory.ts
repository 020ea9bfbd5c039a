import type { FlagKnowledge } from './flag-knowledge.ts';
import { setsFlag } from './launch-arguments.ts';

/** The memory of this machine, and how much of it the model caches of all its instances may fill together. */
export interface CacheMemory {
  readonly totalBytes: number;
  /** 0 = what is usual: half of it. */
  readonly budgetBytes: number;
}

const gigabyte = 1024 ** 3;

/** Flags that choose a cache, each in the place of the others (comfyui-protocol.md 1.2). */
const cacheFlags = ['--cache-ram', '--cache-classic', '--cache-lru', '--cache-none', '--high-ram'] as const;

/** ComfyUI's own default of what the running prompt leaves free: a tenth of the memory, 2 GB at least and 10 at most. */
const activeHeadroom = (totalBytes: number): number =>
  Math.min(10 * gigabyte, Math.max(2 * gigabyte, totalBytes * 0.1));

const inGigabytes = (bytes: number): string => String(Math.round((bytes / gigabyte) * 10) / 10);

/**
 * The budget as `--cache-ram ACTIVE INACTIVE`. Both values are memory of the machine that has to stay free (cli_args.py, and
 * RAMPressureCache.ram_release compares them with what is available): below the second one an instance drops what earlier prompts
 * left, below the first one what the running prompt made. All instances look at the same number, so that each gets the whole rest of
 * the machine and none a share: together they stop growing once the budget is used up. Without the flag the second value is the
 * whole memory, so that an instance forgets every model but those of its last prompt.
 *
 * Half of the memory is usual because the other half is taken by what runs: weights on their way to a card, pinned memory, pictures,
 * and the system's own cache of the model files, which makes a second load fast.
 *
 * Nothing where the user chose a cache, where the install does not know the flag, and where it takes a single value: that is the
 * first one.
 */
export const cacheArguments = (
  memory: CacheMemory | null,
  extraArguments: readonly string[],
  knowledge: FlagKnowledge | null,
): readonly string[] => {
  if (memory === null || memory.totalBytes <= 0 || knowledge?.flags.get('--cache-ram')?.values !== 'many') return [];
  if (cacheFlags.some((flag) => setsFlag(extraArguments, flag, knowledge))) return [];
  const { totalBytes, budgetBytes } = memory;
  const active = activeHeadroom(totalBytes);
  const inactive = Math.max(active, totalBytes - (budgetBytes > 0 ? budgetBytes : totalBytes / 2));
  return ['--cache-ram', inGigabytes(active), inGigabytes(inactive)];
};
