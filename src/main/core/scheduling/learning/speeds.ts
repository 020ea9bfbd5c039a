import { createRecentMap, type RecentMap } from './recent-map.ts';

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
  readonly instances: RecentMap<Slowness>;
  readonly devices: RecentMap<Slowness>;
}

export const createSpeeds = (): Speeds => {
  const instances = createRecentMap<Slowness>(runnersRemembered);
  const devices = createRecentMap<Slowness>(runnersRemembered);

  const learn = (known: RecentMap<Slowness>, key: string, log: number): void => {
    const before = known.get(key);
    const count = Math.min(1000, (before?.count ?? 0) + 1);
    const weight = Math.max(1 / count, newestWeight);
    known.set(key, { log: (before?.log ?? log) * (1 - weight) + log * weight, count });
  };

  return {
    factor: (runner) => {
      const own = instances.get(runner.instanceId);
      const ofModel = runner.deviceKey === '' ? undefined : devices.get(runner.deviceKey);
      return Math.exp((own ?? ofModel)?.log ?? 0);
    },
    compared: (runner, ratio) => {
      const log = Math.log(ratio);
      learn(instances, runner.instanceId, log);
      if (runner.deviceKey !== '') learn(devices, runner.deviceKey, log);
    },
    instances,
    devices,
  };
};
