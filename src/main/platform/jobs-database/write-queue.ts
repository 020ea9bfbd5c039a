import { StudioError } from '#contract/errors.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { Durability, StoreChange } from '#core/ports/job-store.ts';
import type { CallOutcome, Commit } from './commit-group.ts';

export interface WriteQueueDependencies {
  readonly clock: Clock;
  /** Writes a group step by step, or throws a StudioError when nothing of it could be written. */
  readonly commit: (calls: readonly (readonly StoreChange[])[]) => Commit;
  /** Resolves when all that was committed is on disk, or fails with a StudioError. */
  readonly sync: () => Promise<void>;
  /** Whether a failed group may be tried again in a moment. */
  readonly isPassing: (error: StudioError) => boolean;
  /** What a write is told that finds too much waiting. */
  readonly refuse: () => StudioError;
  /** Told how each group ended: null when it was written. */
  readonly onSettled: (error: StudioError | null) => void;
}

export interface WriteQueue {
  write(changes: readonly StoreChange[], durability: Durability): Promise<void>;
  /** Writes what waits, now; what another program keeps from being written goes on waiting. */
  flush(): void;
  /** Writes what waits, now, and fails what cannot be written. */
  finish(): void;
}

interface Waiting {
  readonly changes: readonly StoreChange[];
  readonly durability: Durability;
  readonly since: number;
  readonly settle: (outcome: CallOutcome) => void;
}

interface Group {
  readonly calls: readonly Waiting[];
  readonly commit: Commit;
}

/** Most changes that wait; a single write may be larger. */
const backlogMaxChanges = 1_000_000;
const retryEveryMs = 25;
/** How long another program may hold the file before writes fail. */
const retryLimitMs = 5000;
/** How long a large write keeps the program from everything else at a time. */
const sliceMs = 8;

const asStudioError = (error: unknown): StudioError =>
  error instanceof StudioError ? error : new StudioError('INTERNAL', 'Jobs not stored.', { cause: error });

/**
 * Gathers the writes of one turn of the event loop into one commit. A write of many thousand changes is done in slices, so that
 * probes, sockets and screens go on meanwhile; it is still one commit.
 */
export const createWriteQueue = (dependencies: WriteQueueDependencies): WriteQueue => {
  const { clock, commit, sync, isPassing, refuse, onSettled } = dependencies;
  let waiting: Waiting[] = [];
  let group: Group | null = null;
  let backlog = 0;
  let isRunning = false;
  let turn: NodeJS.Immediate | null = null;
  let retry: Cancel | null = null;

  const wake = (): void => {
    if (turn === null && retry === null) turn = setImmediate(slice);
  };

  const cancelTimers = (): void => {
    if (turn !== null) clearImmediate(turn);
    retry?.();
    turn = null;
    retry = null;
  };

  const begin = (): Group => {
    const calls = waiting;
    waiting = [];
    return { calls, commit: commit(calls.map(({ changes }) => changes)) };
  };

  const fail = (calls: readonly Waiting[], error: StudioError): void => {
    onSettled(error);
    for (const call of calls) call.settle(error);
  };

  const release = (calls: readonly Waiting[]): void => {
    for (const { changes } of calls) backlog -= changes.length;
  };

  /** A job that is refused must not come up after the next start, although it was committed. */
  const takeBack = (calls: readonly Waiting[]): void => {
    const jobIds = calls.flatMap(({ changes }) =>
      changes.flatMap((change) => (change.kind === 'add' ? [change.job.view.id] : [])),
    );
    if (jobIds.length === 0) return;
    const changes: readonly StoreChange[] = [{ kind: 'remove', jobIds }];
    backlog += changes.length;
    // Its caller is told of the trouble that began it.
    waiting.push({ changes, durability: 'process', since: clock.now(), settle: () => {} });
    wake();
  };

  /** Only those who asked for it wait for the disk. */
  const confirm = (calls: readonly Waiting[], outcomes: readonly CallOutcome[]): void => {
    release(calls);
    onSettled(null);
    const forDisk: Waiting[] = [];
    for (const [index, call] of calls.entries()) {
      const outcome = outcomes[index] ?? null;
      if (outcome === null && call.durability === 'disk') forDisk.push(call);
      else call.settle(outcome);
    }
    if (forDisk.length === 0) return;
    sync().then(
      () => {
        for (const call of forDisk) call.settle(null);
      },
      (error: unknown) => {
        takeBack(forDisk);
        fail(forDisk, asStudioError(error));
      },
    );
  };

  /** Whether the calls wait for another try. */
  const keepForLater = (calls: readonly Waiting[], error: StudioError): boolean => {
    const [oldest] = calls;
    if (oldest === undefined || !isPassing(error) || clock.now() - oldest.since > retryLimitMs) return false;
    waiting = [...calls, ...waiting];
    retry = clock.schedule(retryEveryMs, () => {
      retry = null;
      slice();
    });
    return true;
  };

  /** Goes on with a group until it is done or its time is up; answers the error that ended it. */
  const advance = (current: Group, until: number): StudioError | null => {
    try {
      for (let count = 1; ; count += 1) {
        const step = current.commit.next();
        if (step.done === true) {
          group = null;
          confirm(current.calls, step.value);
          return null;
        }
        // The time is looked at now and then, since a change takes a few hundredths of a millisecond.
        if (count % 16 === 0 && performance.now() >= until) return null;
      }
    } catch (error) {
      group = null;
      return asStudioError(error);
    }
  };

  const advanceAll = (until: number, mayWait: boolean): void => {
    do {
      if (group === null && waiting.length === 0) return;
      group ??= begin();
      const { calls } = group;
      const error = advance(group, until);
      if (error === null) continue;
      if (mayWait && keepForLater(calls, error)) return;
      release(calls);
      fail(calls, error);
    } while (performance.now() < until);
    wake();
  };

  const run = (until: number, mayWait: boolean): void => {
    // Somebody who is told of a problem may ask for jobs at once, in the middle of a group.
    if (isRunning) return;
    cancelTimers();
    isRunning = true;
    try {
      advanceAll(until, mayWait);
    } finally {
      isRunning = false;
    }
  };
  const slice = (): void => run(performance.now() + sliceMs, true);

  return {
    write: (changes, durability) => {
      if (backlog > 0 && backlog + changes.length > backlogMaxChanges) return Promise.reject(refuse());
      backlog += changes.length;
      return new Promise((resolve, reject) => {
        const settle = (outcome: CallOutcome): void => (outcome === null ? resolve() : reject(outcome));
        waiting.push({ changes, durability, since: clock.now(), settle });
        wake();
      });
    },
    flush: () => run(Number.POSITIVE_INFINITY, true),
    finish: () => run(Number.POSITIVE_INFINITY, false),
  };
};
