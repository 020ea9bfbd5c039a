import type { Jobs } from '#core/jobs/jobs.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';

/** Places of jobs among those that wait, the next one first. */
export interface QueuePlaces {
  /** As of now; null where it does not wait. */
  of(jobId: string): number | null;
  /** Tells where a job stands after the queue has changed; of many changes at once, the last. */
  watch(jobId: string, listener: (place: number | null) => void): Cancel;
  close(): void;
}

/** A long queue changes all the time, and each look at it costs as much as it is long. */
const tellEveryMs = 500;

type Listener = (place: number | null) => void;

export const createQueuePlaces = (jobs: Pick<Jobs, 'live'>, clock: Pick<Clock, 'schedule'>): QueuePlaces => {
  const { live } = jobs;
  const watched = new Map<string, Set<Listener>>();
  let cancelTell: Cancel | null = null;

  /** One look for all that watch. */
  const tell = (): void => {
    cancelTell = null;
    const places = new Map<string, number>();
    for (const [place, jobId] of live.waitingIds().entries()) if (watched.has(jobId)) places.set(jobId, place);
    for (const [jobId, listeners] of watched) for (const listener of listeners) listener(places.get(jobId) ?? null);
  };
  const unsubscribe = live.onChange((_jobId, change) => {
    if (change === 'progress' || watched.size === 0) return;
    cancelTell ??= clock.schedule(tellEveryMs, tell);
  });

  return {
    of: (jobId) => {
      const place = live.waitingIds().indexOf(jobId);
      return place === -1 ? null : place;
    },
    watch: (jobId, listener) => {
      const listeners = watched.get(jobId) ?? new Set();
      watched.set(jobId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && watched.get(jobId) === listeners) watched.delete(jobId);
      };
    },
    close: () => {
      unsubscribe();
      cancelTell?.();
      watched.clear();
    },
  };
};
