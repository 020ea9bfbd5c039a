import { StudioError } from '#contract/errors.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { Durability, StoreChange } from '#core/ports/job-store.ts';
import type { CallOutcome } from './commit-group.ts';

export interface WriteQueueDependencies {
  readonly clock: Clock;
  /** Writes a group, or throws a StudioError when nothing of it could be written. */
  readonly commit: (calls: readonly (readonly StoreChange[])[], durability: Durability) => readonly CallOutcome[];
  /** Whether a failed group may be tried again in a moment. */
  readonly isPassing: (error: StudioError) => boolean;
  /** What a write is told that finds too much waiting. */
  readonly refuse: () => StudioError;
  /** Told how each group ended: null when it was written. */
  readonly onSettled: (error: StudioError | null) => void;
}

interface Waiting {
  readonly changes: readonly StoreChange[];
  readonly durability: Durability;
  readonly since: number;
  readonly settle: (outcome: CallOutcome) => void;
}

/** Most changes that wait while another program holds the file. */
const backlogMaxChanges = 1_000_000;
const retryEveryMs = 25;
/** How long another program may hold the file before writes fail. */
const retryLimitMs = 5000;

export interface WriteQueue {
  write(changes: readonly StoreChange[], durability: Durability): Promise<void>;
  /** Writes what waits, now; what another program keeps from being written goes on waiting. */
  flush(): void;
  /** Writes what waits, now, and fails what cannot be written. */
  finish(): void;
}

/** Gathers the writes of one turn of the event loop into one commit. */
export const createWriteQueue = (dependencies: WriteQueueDependencies): WriteQueue => {
  const { clock, commit, isPassing, refuse, onSettled } = dependencies;
  let waiting: Waiting[] = [];
  let backlog = 0;
  let turn: NodeJS.Immediate | null = null;
  let retry: Cancel | null = null;

  const cancelTimers = (): void => {
    if (turn !== null) clearImmediate(turn);
    retry?.();
    turn = null;
    retry = null;
  };

  const commitAll = (group: readonly Waiting[]): readonly CallOutcome[] | StudioError => {
    const durability = group.some((call) => call.durability === 'disk') ? 'disk' : 'process';
    try {
      return commit(
        group.map(({ changes }) => changes),
        durability,
      );
    } catch (error) {
      if (error instanceof StudioError) return error;
      return new StudioError('INTERNAL', 'Jobs could not be stored.', { cause: error });
    }
  };

  const keepForLater = (group: readonly Waiting[], error: StudioError): boolean => {
    const [oldest] = group;
    if (oldest === undefined || !isPassing(error) || clock.now() - oldest.since > retryLimitMs) return false;
    waiting = [...group];
    retry = clock.schedule(retryEveryMs, () => flush());
    return true;
  };

  const flush = (isLast = false): void => {
    cancelTimers();
    if (waiting.length === 0) return;
    const group = waiting;
    waiting = [];
    const outcomes = commitAll(group);
    if (outcomes instanceof StudioError && !isLast && keepForLater(group, outcomes)) return;
    backlog = 0;
    onSettled(outcomes instanceof StudioError ? outcomes : null);
    for (const [index, call] of group.entries()) {
      call.settle(outcomes instanceof StudioError ? outcomes : (outcomes[index] ?? null));
    }
  };

  return {
    write: (changes, durability) => {
      if (backlog > 0 && backlog + changes.length > backlogMaxChanges) return Promise.reject(refuse());
      backlog += changes.length;
      return new Promise((resolve, reject) => {
        const settle = (outcome: CallOutcome): void => (outcome === null ? resolve() : reject(outcome));
        waiting.push({ changes, durability, since: clock.now(), settle });
        if (turn === null && retry === null) turn = setImmediate(() => flush());
      });
    },
    flush: () => flush(),
    finish: () => flush(true),
  };
};
