import { createRecentMap } from './recent-map.ts';

/** Who runs: an instance, and the model of its card. */
export interface Runner {
  readonly instanceId: string;
  /** '' when unknown. */
  readonly deviceKey: string;
}

/** The logarithm of how much slower than the reference, and the number of comparisons behind it. */
export interface Slowness {
  readonly log: number;
  readonly count: number;
}

const runnersRemembered = 500;
const newestWeight = 0.15;

/**
 * How slow cards are beside each other, as a factor: 2 takes twice as long as 1. Learned as ratios on prompts that ran on several;
 * cards of one model count as equally fast until measured, and a card that nobody knows as an average one.
 */
export interface Speeds {
  factor(runner: Runner): number;
  /** The runner took `ratio` times as long as the reference for the same work. */
  compared(runner: Runner, ratio: number): void;
  entries(): readonly (readonly [string, Slowness])[];
  restore(key: string, slowness: Slowness): void;
}

const instanceKey = ({ instanceId }: Runner): string => `instance ${instanceId}`;
const deviceKey = ({ deviceKey: device }: Runner): string => `device ${device}`;

export const createSpeeds = (): Speeds => {
  const known = createRecentMap<Slowness>(runnersRemembered);

  const learn = (key: string, log: number): void => {
    const before = known.get(key);
    const count = Math.min(1000, (before?.count ?? 0) + 1);
    const weight = Math.max(1 / count, newestWeight);
    known.set(key, { log: (before?.log ?? log) * (1 - weight) + log * weight, count });
  };

  return {
    factor: (runner) => {
      const own = known.get(instanceKey(runner));
      const ofModel = runner.deviceKey === '' ? undefined : known.get(deviceKey(runner));
      return Math.exp((own ?? ofModel)?.log ?? 0);
    },
    compared: (runner, ratio) => {
      const log = Math.log(ratio);
      learn(instanceKey(runner), log);
      if (runner.deviceKey !== '') learn(deviceKey(runner), log);
    },
    entries: () => known.entries(),
    restore: (key, slowness) => known.set(key, slowness),
  };
};
