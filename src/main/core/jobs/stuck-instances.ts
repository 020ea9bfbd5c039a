import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { ComfyClient } from '#core/ports/comfy-client.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';
import { lookForPrompt } from './run-look.ts';

const lookEveryMs = 1500;
/** After so long the instance is tried again, whatever it says: by then its health has told what there is to tell. */
const longestMs = 300_000;

/** Instances that did not let go of a prompt: a job that is sent there would only wait behind it. */
export interface StuckInstances {
  /** Keeps new jobs from the instance until the prompt is gone from it, its program was started anew, or a limit is over. */
  hold(instance: FleetCandidate, jobId: string): void;
  has(instanceId: string): boolean;
  readonly stop: Cancel;
}

export interface StuckInstancesDependencies {
  readonly fleet: Pick<FleetView, 'candidates' | 'onChange'>;
  readonly client: Pick<ComfyClient, 'queue' | 'history'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Held {
  readonly instance: FleetCandidate;
  readonly jobId: string;
  readonly until: number;
  timer: Cancel | null;
}

/** `onFree` is told when jobs may go to an instance again. */
export const createStuckInstances = (
  { fleet, client, clock, logger }: StuckInstancesDependencies,
  onFree: () => void,
): StuckInstances => {
  const held = new Set<Held>();
  const stopped = new AbortController();

  const release = (entry: Held): void => {
    entry.timer?.();
    if (held.delete(entry) && !stopped.signal.aborted) onFree();
  };

  const isSameRun = ({ instance }: Held): boolean =>
    fleet.candidates().some(({ instanceId, readyAt }) => {
      // Nobody knows yet whether one that does not answer is the same still.
      const isSame = readyAt === null || readyAt === instance.readyAt;
      return instanceId === instance.instanceId && isSame;
    });

  const look = async (entry: Held): Promise<void> => {
    const { instance, jobId, until } = entry;
    const options = { ended: false, staleEntry: null, signal: stopped.signal };
    const found = await lookForPrompt(client, instance.endpoint, jobId, options);
    if (!held.has(entry) || stopped.signal.aborted) return;
    const isThere = found.kind === 'running' || found.kind === 'pending' || found.kind === 'unreachable';
    if (!isThere || clock.now() >= until) release(entry);
    else entry.timer = clock.schedule(lookEveryMs, () => start(entry));
  };

  const start = (entry: Held): void => {
    look(entry).catch((error: unknown) => {
      logger.error('A stuck instance could not be looked at.', { jobId: entry.jobId, error: String(error) });
      release(entry);
    });
  };

  const unsubscribe = fleet.onChange(() => {
    for (const entry of held) if (!isSameRun(entry)) release(entry);
  });

  return {
    hold: (instance, jobId) => {
      const entry: Held = { instance, jobId, until: clock.now() + longestMs, timer: null };
      held.add(entry);
      start(entry);
    },
    has: (instanceId) => {
      for (const { instance } of held) if (instance.instanceId === instanceId) return true;
      return false;
    },
    stop: () => {
      unsubscribe();
      stopped.abort();
      for (const { timer } of held) timer?.();
      held.clear();
    },
  };
};
