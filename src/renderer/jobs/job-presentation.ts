import type { JobState, JobView } from '#contract/models/job.ts';
import type { JobEstimate } from '#contract/models/placement.ts';
import type { StateShape } from '../components/state-glyph.tsx';
import type { StateColour } from '../theme/tokens.ts';

interface JobPresentation {
  readonly shape: StateShape;
  readonly colour: StateColour;
}

const presentations: { readonly [State in JobState]: JobPresentation } = {
  queued: { shape: 'hollow', colour: 'stopped' },
  assigned: { shape: 'ring', colour: 'changing' },
  running: { shape: 'disc', colour: 'running' },
  succeeded: { shape: 'tick', colour: 'running' },
  failed: { shape: 'triangle', colour: 'error' },
  cancelled: { shape: 'cross', colour: 'stopped' },
  parked: { shape: 'bars', colour: 'paused' },
};

export const presentJob = (state: JobState): JobPresentation => presentations[state];

/** A job that is neither done nor given up. */
export const isUnfinished = ({ state }: JobView): boolean =>
  state === 'queued' || state === 'assigned' || state === 'running';

export const isRunning = ({ state }: JobView): boolean => state === 'running' || state === 'assigned';

const earliestGuess = 0.04;

/** What is left of a running job in milliseconds, from its pace so far; null while that would be a guess in the dark. */
export const remainingMs = (job: JobView, now: number): number | null => {
  const fraction = job.progress?.fraction ?? 0;
  if (job.startedAt === null || fraction < earliestGuess || fraction >= 1) return null;
  const elapsed = now - job.startedAt;
  return elapsed <= 0 ? null : (elapsed / fraction) * (1 - fraction);
};

interface Expected {
  readonly finishMs: number;
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** An estimate as times from now on; null without one. What should be over by now is "any moment". */
export const expectedOf = (estimate: JobEstimate | null, now: number): Expected | null =>
  estimate === null
    ? null
    : {
        finishMs: Math.max(0, estimate.finishAt - now),
        earliestMs: Math.max(0, estimate.earliestAt - now),
        latestMs: Math.max(0, estimate.latestAt - now),
      };

/** Jobs as a list shows them: running first, then waiting in order, then finished with the newest on top. */
export const sortJobs = (
  jobs: readonly JobView[],
): { readonly running: JobView[]; readonly waiting: JobView[]; readonly finished: JobView[] } => ({
  running: jobs
    .filter(isRunning)
    .sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || a.submittedAt - b.submittedAt),
  waiting: jobs
    .filter(({ state }) => state === 'queued')
    .sort((a, b) => b.priority - a.priority || a.rank - b.rank || a.submittedAt - b.submittedAt),
  finished: jobs.filter((job) => !isUnfinished(job)).sort((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0)),
});
