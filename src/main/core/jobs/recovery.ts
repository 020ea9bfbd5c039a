import type { JobState } from '#contract/models/job.ts';
import type { StoredIntent } from '#core/ports/job-store.ts';
import type { FleetCandidate } from './fleet-view.ts';

/** `look`: its instance may have it, and is asked. `again`: whoever had it is gone, and it goes back to the front. */
export type Recovery = 'waits' | 'look' | 'again';

/**
 * What becomes of an unfinished job when a studio opens. A run of a program that became ready after the prompt was sent knows nothing
 * of it; one that runs longer may have it. An adopted instance tells the time of its launch instead of that of its readiness, so the
 * times are compared and not asked to be equal. One elsewhere lives on whatever happens here, so it is always asked.
 */
export const recoveryOf = (
  { state, intent }: { readonly state: JobState; readonly intent: StoredIntent | null },
  instance: Pick<FleetCandidate, 'readyAt' | 'outputFolders'> | undefined,
): Recovery => {
  if (state !== 'assigned' && state !== 'running') return 'waits';
  if (intent === null || instance === undefined) return 'again';
  if (instance.outputFolders === null) return 'look';
  return instance.readyAt !== null && instance.readyAt <= intent.at ? 'look' : 'again';
};
