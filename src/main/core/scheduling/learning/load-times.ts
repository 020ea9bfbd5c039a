import { type Average, type Guess, withMeasured, withValue } from './average.ts';
import { createRecentMap, type RecentMap } from './recent-map.ts';

const setsRemembered = 1000;
const loadersRemembered = 2000;

/** Before anything was measured. A LoRA, a VAE and the like are small beside what carries a picture. */
const priorMs = 6000;
const priorSmallMs = 1000;
const smallFolders =
  /^(?:loras?|vae|embeddings|hypernetworks|upscale_models|clip_vision|style_models|gligen|vae_approx)\//iu;
const priorSpread = 0.8;
const sumSpread = 0.4;

/** Load times of one set of model files: on each instance, and on all. */
export interface SetTimes {
  readonly all: Average;
  readonly byInstance: ReadonlyMap<string, Average>;
}

export interface LoadTimes {
  /** In milliseconds, for model files that the instance does not hold; 0 for none. */
  expected(missing: readonly string[], instanceId: string): Guess;
  took(missing: readonly string[], instanceId: string, durationMs: number): void;
  readonly sets: RecentMap<SetTimes>;
  readonly loaders: RecentMap<number>;
}

const none: Guess = { mean: 0, spread: 0 };
const keyOf = (missing: readonly string[]): string => missing.join('\n');

/** Loads are measured for what was missing together; each file's share follows from the sets that it was part of. */
export const createLoadTimes = (): LoadTimes => {
  const sets = createRecentMap<SetTimes>(setsRemembered);
  const loaders = createRecentMap<number>(loadersRemembered);

  /** What is known of large files is the best guess for another one. */
  let typicalMs: Average | undefined;

  const shareMs = (loader: string): number => {
    const known = loaders.get(loader);
    if (known !== undefined) return known;
    return smallFolders.test(loader) ? priorSmallMs : (typicalMs?.mean ?? priorMs);
  };
  const sumMs = (missing: readonly string[]): number => missing.reduce((sum, loader) => sum + shareMs(loader), 0);

  return {
    expected: (missing, instanceId) => {
      if (missing.length === 0) return none;
      const times = sets.get(keyOf(missing));
      const own = times?.byInstance.get(instanceId);
      if (own !== undefined) return own;
      if (times !== undefined)
        return { mean: times.all.mean, spread: Math.max(times.all.spread, times.all.mean * 0.2) };
      const mean = sumMs(missing);
      const isKnown = missing.every((loader) => loaders.get(loader) !== undefined);
      return { mean, spread: mean * (isKnown ? sumSpread : priorSpread) };
    },
    took: (missing, instanceId, durationMs) => {
      if (missing.length === 0) return;
      const before = sets.get(keyOf(missing));
      sets.set(keyOf(missing), {
        all: withValue(before?.all, durationMs),
        byInstance: withMeasured(before?.byInstance, instanceId, durationMs),
      });
      // Shares keep their proportions and move half the way to what was measured: overlapping sets settle on one answer.
      const ratio = durationMs / Math.max(1, sumMs(missing));
      const isNew = missing.every((loader) => loaders.get(loader) === undefined);
      const shares = missing.map((loader) => [loader, shareMs(loader) * (isNew ? ratio : (1 + ratio) / 2)] as const);
      for (const [loader, share] of shares) {
        if (!smallFolders.test(loader)) typicalMs = withValue(typicalMs, share);
        loaders.set(loader, share);
      }
    },
    sets,
    loaders,
  };
};
