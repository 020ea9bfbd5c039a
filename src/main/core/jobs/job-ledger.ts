import { StudioError } from '#contract/errors.ts';
import type { JobEvent } from '#contract/models/job.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { Durability, JobStore, StoreChange, StoredJob } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import { createEmitter } from '#core/shared/emitter.ts';

const firstRetryMs = 1000;
const longestRetryMs = 30_000;
/** Events that wait for a disk that cannot be written; the oldest are left out beyond it, rows never. */
const maxHeldEvents = 20_000;

export interface LedgerDependencies {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The row of a job as of now, or null for one that is not known any more. */
  readonly rowOf: (jobId: string) => StoredJob | null;
}

/**
 * Brings what happens to jobs to disk: in order, gathered, and without anybody waiting where nobody has to. What cannot be written is
 * kept and tried again, so that a full disk costs no result.
 */
export interface JobLedger {
  /** The row of the job has to be written; it is written as it is by then. */
  changed(jobId: string): void;
  event(jobId: string, type: JobEvent['type'], instanceId: string | null, details?: JobEvent['details']): void;
  fact(name: string, value: unknown): void;
  /** Resolves when everything told so far is written, and what is given with it; fails with the store's error. */
  settle(durability: Durability, more?: readonly StoreChange[]): Promise<void>;
  /** Takes out what was written and does not hold, and sets a fact with it, as soon as that is possible. */
  removeLater(jobIds: readonly string[], fact: { readonly name: string; readonly value: unknown }): void;
  /** Nothing more is written of these jobs. */
  forget(jobIds: readonly string[]): void;
  isSaved(jobId: string): boolean;
  /** Jobs of which something is not on disk yet. */
  unsavedIds(): readonly string[];
  /** Why nothing may be handed out or taken; null while all is well. */
  problem(): StudioError | null;
  onProblem(listener: () => void): Cancel;
  /** Writes what is left, as far as that is possible. */
  stop(): Promise<void>;
}

export const createJobLedger = ({ store, clock, logger, rowOf }: LedgerDependencies): JobLedger => {
  const rows = new Set<string>();
  /** Rows that are on their way to disk: how many writes carry each. */
  const flying = new Map<string, number>();
  const facts = new Map<string, unknown>();
  const problems = createEmitter<void>((error) =>
    logger.error('A listener of the queue failed.', { error: String(error) }),
  );
  let removals: readonly string[] = [];
  let events: Extract<StoreChange, { kind: 'event' }>[] = [];
  let failure: StudioError | null = null;
  let retryMs = firstRetryMs;
  let retry: Cancel | null = null;
  let isFlushing = false;
  let isStopped = false;

  const setFailure = (next: StudioError | null): void => {
    const changed = (failure === null) !== (next === null);
    failure = next;
    if (changed) problems.emit();
  };

  /** Takes out everything that waits to be written. */
  const take = () => {
    const taken = { jobIds: [...rows], events, facts: [...facts], removals };
    rows.clear();
    facts.clear();
    events = [];
    removals = [];
    return taken;
  };

  const changesOf = (taken: ReturnType<typeof take>): readonly StoreChange[] => [
    ...taken.jobIds.flatMap((jobId): StoreChange[] => {
      const job = rowOf(jobId);
      return job === null ? [] : [{ kind: 'update', job }];
    }),
    ...taken.events,
    ...(taken.removals.length === 0 ? [] : [{ kind: 'remove', jobIds: taken.removals } as const]),
    ...taken.facts.map(([name, value]): StoreChange => ({ kind: 'fact', name, value })),
  ];

  const fly = (jobIds: readonly string[], step: 1 | -1): void => {
    for (const jobId of jobIds) {
      const count = (flying.get(jobId) ?? 0) + step;
      if (count <= 0) flying.delete(jobId);
      else flying.set(jobId, count);
    }
  };

  const putBack = (taken: ReturnType<typeof take>): void => {
    for (const jobId of taken.jobIds) rows.add(jobId);
    for (const [name, value] of taken.facts) if (!facts.has(name)) facts.set(name, value);
    events = [...taken.events, ...events].slice(-maxHeldEvents);
    removals = [...taken.removals, ...removals];
  };

  const scheduleRetry = (): void => {
    if (retry !== null || isStopped) return;
    retry = clock.schedule(retryMs, () => {
      retry = null;
      // Something has to be written to learn whether writing works again.
      facts.set('writtenAt', clock.now());
      write('process', []).catch((error: unknown) =>
        logger.debug('The jobs cannot be written yet.', { error: String(error) }),
      );
    });
    retryMs = Math.min(longestRetryMs, retryMs * 2);
  };

  const write = async (durability: Durability, more: readonly StoreChange[]): Promise<void> => {
    const taken = take();
    fly(taken.jobIds, 1);
    try {
      const changes = [...changesOf(taken), ...more];
      if (changes.length === 0) return;
      await store.write(changes, durability);
      retryMs = firstRetryMs;
      setFailure(null);
    } catch (error) {
      putBack(taken);
      const known =
        error instanceof StudioError ? error : new StudioError('STORE_WRITE_FAILED', undefined, { cause: error });
      if (failure === null) logger.error('The jobs cannot be written.', { code: known.code });
      setFailure(known);
      scheduleRetry();
      throw known;
    } finally {
      fly(taken.jobIds, -1);
    }
  };

  /** Gathers what one moment brings into one write. */
  const writeSoon = (): void => {
    if (isFlushing || failure !== null || isStopped) return;
    isFlushing = true;
    Promise.resolve()
      .then(() => {
        isFlushing = false;
        return write('process', []);
      })
      .catch((error: unknown) =>
        logger.debug('What happened to jobs is kept until it can be written.', { error: String(error) }),
      );
  };

  const unsubscribe = store.onProblem((problem) => {
    setFailure(problem);
    if (problem === null) writeSoon();
    else scheduleRetry();
  });
  failure = store.problem();
  if (failure !== null) scheduleRetry();

  return {
    changed: (jobId) => {
      rows.add(jobId);
      writeSoon();
    },
    event: (jobId, type, instanceId, details = {}) => {
      events.push({ kind: 'event', jobId, event: { at: clock.now(), type, instanceId, details } });
      if (events.length > maxHeldEvents) events = events.slice(-maxHeldEvents);
      writeSoon();
    },
    fact: (name, value) => {
      facts.set(name, value);
      writeSoon();
    },
    removeLater: (jobIds, { name, value }) => {
      removals = [...removals, ...jobIds];
      facts.set(name, value);
      writeSoon();
    },
    settle: (durability, more = []) => write(durability, more),
    forget: (jobIds) => {
      const gone = new Set(jobIds);
      for (const jobId of gone) rows.delete(jobId);
      if (events.some(({ jobId }) => gone.has(jobId))) events = events.filter(({ jobId }) => !gone.has(jobId));
    },
    unsavedIds: () => [...new Set([...rows, ...flying.keys()])],
    isSaved: (jobId) => !rows.has(jobId) && !flying.has(jobId),
    problem: () => failure ?? store.problem(),
    onProblem: (listener) => problems.on(listener),
    stop: async () => {
      isStopped = true;
      unsubscribe();
      retry?.();
      await write('disk', []).catch((error: unknown) =>
        logger.error('What happened last to jobs could not be written.', { error: String(error) }),
      );
    },
  };
};
