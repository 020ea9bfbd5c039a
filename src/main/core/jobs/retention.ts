import type { Settings } from '#contract/models/settings.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { LiveJobs } from './live-jobs.ts';

export interface RetentionDependencies {
  readonly store: Pick<JobStore, 'expired'>;
  readonly jobs: Pick<LiveJobs, 'onChange'>;
  /** Forgets jobs that have ended; their files stay. Resolves once the store has forgotten them. */
  readonly forget: (jobIds: readonly string[]) => Promise<unknown>;
  readonly settings: () => Pick<Settings, 'jobsKeptDays' | 'jobsKeptCount'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Retention {
  /** The first round is due once the studio has settled, others when jobs have ended, and one a day anyway. */
  start(): void;
  /** The settings are others: a round is due as after the end of a job. */
  touch(): void;
  /** Begins nothing more; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

const dayMs = 86_400_000;
const settleMs = 30_000;
const quietMs = 5000;
/** With jobs that end all the time it is never quiet. */
const latestMs = 60_000;
/** Jobs of one step, which is one write, and the pause for others after it. */
export const retentionStepJobs = 500;
const stepPauseMs = 20;

/**
 * Forgets jobs that ended longer ago than the settings say, or that are beyond the newest so many, oldest first and in small steps, so
 * that a long list that has to go does not hold up the studio.
 */
export const createRetention = (dependencies: RetentionDependencies): Retention => {
  const { store, forget, settings, clock, logger } = dependencies;
  let settledAt: number | null = null;
  let stopped = false;
  let timer: { readonly at: number; readonly cancel: Cancel } | null = null;
  /** The first and the last change that no round has seen; null while there is none. */
  let asked: { readonly firstAt: number; readonly lastAt: number } | null = null;
  let running: Promise<void> | null = null;
  let unsubscribe: Cancel | null = null;

  const due = (at: number): void => {
    if (timer !== null && timer.at <= at) return;
    timer?.cancel();
    timer = { at, cancel: clock.schedule(Math.max(0, at - clock.now()), begin) };
  };

  /** Called for every change of a job, of which there may be thousands at once. */
  const touch = (): void => {
    if (settledAt === null || stopped) return;
    const now = clock.now();
    asked = { firstAt: asked?.firstAt ?? now, lastAt: now };
    if (running === null) due(Math.max(settledAt, now + quietMs));
  };

  /** Answers whether there may be more. */
  const step = async (): Promise<boolean> => {
    if (stopped) return false;
    const { jobsKeptDays, jobsKeptCount } = settings();
    const before = clock.now() - jobsKeptDays * dayMs;
    const jobIds = store.expired({ before, keep: jobsKeptCount, limit: retentionStepJobs });
    if (jobIds.length === 0) return false;
    await forget(jobIds);
    const [first] = store.expired({ before, keep: jobsKeptCount, limit: 1 });
    // Without this a store that does not forget would be asked for ever.
    if (first === jobIds[0]) throw new Error('Jobs that were forgotten are still in the store');
    return true;
  };

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      clock.schedule(stepPauseMs, resolve);
    });

  const round = async (): Promise<void> => {
    try {
      while (await step()) await pause();
    } catch (error) {
      // The store says by itself what is wrong with it; the next round tries again.
      logger.warn('Old jobs could not be forgotten', { error });
    }
    running = null;
    if (!stopped) due(clock.now() + (asked === null ? dayMs : quietMs));
  };

  const begin = (): void => {
    timer = null;
    const quietAt = asked === null ? 0 : Math.min(asked.lastAt + quietMs, asked.firstAt + latestMs);
    if (quietAt > clock.now()) {
      due(quietAt);
      return;
    }
    asked = null;
    running = round();
  };

  return {
    start: () => {
      if (settledAt !== null || stopped) return;
      settledAt = clock.now() + settleMs;
      due(settledAt);
      unsubscribe = dependencies.jobs.onChange((_jobId, change) => {
        if (change === 'state') touch();
      });
    },
    touch,
    stop: async () => {
      stopped = true;
      unsubscribe?.();
      timer?.cancel();
      await running;
    },
  };
};
