import { StudioError } from '#contract/errors.ts';
import type { Settings } from '#contract/models/settings.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { Clock } from '#core/ports/clock.ts';

type KeepSettings = Pick<Settings, 'jobsKeptDays' | 'jobsKeptCount'>;

/** The jobs that ended and are still kept. */
export interface KeptJobs {
  readonly count: number;
  /** Since the first of them ended. */
  readonly spanMs: number;
}

const dayMs = 86_400_000;
const lookEveryMs = 10_000;

/**
 * How long a job is kept after its end, as far as one can tell: the days of the settings, or less where so many jobs end that there are too
 * many of them sooner, judged by how fast those came that are kept.
 */
export const keptMsOf = (kept: KeptJobs, { jobsKeptDays, jobsKeptCount }: KeepSettings): number => {
  const longestMs = jobsKeptDays * dayMs;
  // So few say nothing about how many there will be.
  if (kept.count * 2 < jobsKeptCount) return longestMs;
  return kept.count === 0 ? 0 : Math.min(longestMs, (kept.spanMs * jobsKeptCount) / kept.count);
};

/** The same as of now; looks at the history every few seconds at most. */
export const createJobKeeping = (
  jobs: Pick<Jobs, 'past'>,
  clock: Pick<Clock, 'now'>,
  settings: () => KeepSettings,
): { readonly keptMs: () => number } => {
  let seen: { readonly at: number; readonly kept: KeptJobs } | null = null;

  const look = (now: number): KeptJobs => {
    try {
      const { records, total } = jobs.past({ offset: 0, limit: 1 });
      const firstAt = records[0]?.view.finishedAt ?? now;
      return { count: total, spanMs: Math.max(0, now - firstAt) };
    } catch (error) {
      // A store that cannot be read forgets nothing, either.
      if (error instanceof StudioError && error.code === 'STORE_READ_FAILED') return { count: 0, spanMs: 0 };
      throw error;
    }
  };
  return {
    keptMs: () => {
      const now = clock.now();
      if (seen === null || now - seen.at >= lookEveryMs) seen = { at: now, kept: look(now) };
      return keptMsOf(seen.kept, settings());
    },
  };
};
