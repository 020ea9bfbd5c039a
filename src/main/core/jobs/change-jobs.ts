import { StudioError } from '#contract/errors.ts';
import type { JobView } from '#contract/models/job.ts';
import type { FindJobs } from './find-jobs.ts';
import type { HandOut } from './hand-out.ts';
import type { JobBook, RecordChange } from './job-book.ts';
import type { JobChecks } from './job-checks.ts';
import type { JobClaims } from './job-claims.ts';
import type { JobLedger } from './job-ledger.ts';
import type { JobRecord } from './job-record.ts';
import type { QueueNumbers } from './queue-numbers.ts';
import { ranksBetween } from './queue-order.ts';

export interface ChangeJobsDependencies {
  readonly book: JobBook;
  readonly ledger: JobLedger;
  readonly jobs: FindJobs;
  readonly checks: Pick<JobChecks, 'requireInstance'>;
  readonly handOut: HandOut;
  readonly claims: JobClaims;
  readonly numbers: QueueNumbers;
}

export interface JobChange {
  readonly jobIds: readonly string[];
  readonly priority?: number | undefined;
  readonly instanceId?: string | null | undefined;
}

export interface JobMove {
  readonly jobIds: readonly string[];
  readonly to: 'front' | 'end' | { readonly before: string };
}

export interface ChangeJobs {
  /** Of jobs that wait or are parked. JOB_NOT_FOUND, JOB_NOT_WAITING, INSTANCE_NOT_FOUND, and what the store says: nothing is changed then. */
  change(change: JobChange): Promise<number>;
  /** Of jobs that wait. JOB_NOT_FOUND, JOB_NOT_WAITING, and what the store says: nothing is moved then. */
  move(move: JobMove): Promise<number>;
}

/** Where a job stands in the queue. */
type Place = Pick<JobView, 'priority' | 'kind' | 'rank'>;

export const createChangeJobs = (dependencies: ChangeJobsDependencies): ChangeJobs => {
  const { book, ledger, jobs, checks, claims, handOut, numbers } = dependencies;
  const { line } = handOut;

  const requireState = (jobId: string, states: readonly JobView['state'][]): JobRecord => {
    const record = jobs.require(jobId);
    if (states.includes(record.view.state)) return record;
    throw new StudioError('JOB_NOT_WAITING', undefined, { details: { jobId, state: record.view.state } });
  };

  /** Brings a job of the line up to date with its record. */
  const requeue = (jobId: string): void => {
    const job = line.get(jobId);
    const record = book.get(jobId);
    if (job === undefined || record === undefined) return;
    const { priority, kind, rank, requestedInstanceId } = record.view;
    const { firm, excludedInstanceIds } = record;
    line.add({ ...job, priority, kind, rank, requestedInstanceId, firm, excludedInstanceIds });
  };

  /** Changes jobs in memory and on disk; where the disk refuses, those that still wait become what they were. */
  const apply = async (changes: ReadonlyMap<string, RecordChange>, details: Readonly<Record<string, unknown>>) => {
    const before = [...changes.keys()].map((jobId) => jobs.require(jobId));
    for (const [jobId, change] of changes) {
      ledger.event(jobId, 'changed', null, details);
      book.change(jobId, change);
      requeue(jobId);
    }
    try {
      await ledger.settle('disk');
    } catch (error) {
      for (const { order, view, firm, excludedInstanceIds } of before) {
        const now = book.get(order.jobId);
        if (now?.view.state !== view.state) continue;
        const { priority, kind, rank, requestedInstanceId } = view;
        book.change(order.jobId, { firm, excludedInstanceIds, view: { priority, kind, rank, requestedInstanceId } });
        requeue(order.jobId);
      }
      throw error;
    } finally {
      handOut.pump();
    }
  };

  const placeOf = (jobId: string | undefined): Place | null => (jobId === undefined ? null : (line.get(jobId) ?? null));

  const isSameLevel = (one: Place, other: Place): boolean => one.priority === other.priority && one.kind === other.kind;

  const placeChange = ({ priority, kind, rank }: Place, isMoved: boolean): RecordChange => ({
    ...(isMoved ? { firm: true } : {}),
    view: { priority, kind, rank },
  });

  /** New ranks for everything of one level, where no number fits between two neighbours any more. */
  const renumbered = (moved: readonly string[], others: readonly string[], anchor: string, level: Place) => {
    const ofLevel = others.filter((jobId) => {
      const place = placeOf(jobId);
      return place !== null && isSameLevel(place, level);
    });
    const at = ofLevel.indexOf(anchor);
    const order = ofLevel.toSpliced(at === -1 ? ofLevel.length : at, 0, ...moved);
    const ranks = numbers.forAll(order.length);
    const isMoved = new Set(moved);
    return new Map(
      order.map((jobId, index) => [
        jobId,
        placeChange({ ...level, rank: ranks[index] ?? level.rank }, isMoved.has(jobId)),
      ]),
    );
  };

  const placesBefore = (
    moved: readonly string[],
    others: readonly string[],
    at: number,
  ): ReadonlyMap<string, RecordChange> => {
    const anchor = others[at] ?? '';
    const level = placeOf(anchor);
    if (level === null) return new Map();
    const previous = placeOf(others[at - 1]);
    const after = previous !== null && isSameLevel(previous, level) ? previous.rank : null;
    const ranks = ranksBetween(after, level.rank, moved.length);
    if (ranks === null) return renumbered(moved, others, anchor, level);
    return new Map(
      moved.map((jobId, index) => [jobId, placeChange({ ...level, rank: ranks[index] ?? level.rank }, true)]),
    );
  };

  const placesAtEnd = (moved: readonly string[], others: readonly string[]): ReadonlyMap<string, RecordChange> => {
    const last = placeOf(others.at(-1)) ?? placeOf(moved[0]);
    if (last === null) return new Map();
    const ranks = numbers.atEnd(moved.length, last.rank);
    return new Map(
      moved.map((jobId, index) => [jobId, placeChange({ ...last, rank: ranks[index] ?? last.rank }, true)]),
    );
  };

  const placesFor = (moved: readonly string[], to: JobMove['to']): ReadonlyMap<string, RecordChange> => {
    const isMoved = new Set(moved);
    const queue = line.ids();
    const others = queue.filter((jobId) => !isMoved.has(jobId));
    if (to === 'end' || others.length === 0) return placesAtEnd(moved, others);
    if (to === 'front') return placesBefore(moved, others, 0);
    // Before one of themselves means before what follows on it.
    const target = queue.slice(queue.indexOf(to.before)).find((jobId) => !isMoved.has(jobId));
    return target === undefined ? placesAtEnd(moved, others) : placesBefore(moved, others, others.indexOf(target));
  };

  const changeNow = async (chosen: readonly string[], { priority, instanceId }: JobChange): Promise<number> => {
    for (const jobId of chosen) requireState(jobId, ['queued', 'parked']);
    // Whoever names an instance means it; one that is balanced again goes to no instance that would refuse it.
    const excludedFor = (jobId: string): readonly string[] =>
      instanceId === null ? jobs.require(jobId).order.unfitInstanceIds : [];
    const changeOf = (jobId: string): RecordChange => ({
      ...(instanceId === undefined ? {} : { excludedInstanceIds: excludedFor(jobId) }),
      view: {
        ...(priority === undefined ? {} : { priority }),
        ...(instanceId === undefined ? {} : { requestedInstanceId: instanceId }),
      },
    });
    const details = {
      ...(priority === undefined ? {} : { priority }),
      ...(instanceId === undefined ? {} : { instanceId }),
    };
    await apply(new Map(chosen.map((jobId) => [jobId, changeOf(jobId)])), details);
    return chosen.length;
  };

  const moveNow = async (chosen: readonly string[], to: JobMove['to']): Promise<number> => {
    for (const jobId of chosen) requireState(jobId, ['queued']);
    if (typeof to === 'object') requireState(to.before, ['queued']);
    await apply(placesFor(chosen, to), { moved: typeof to === 'object' ? 'before' : to });
    return chosen.length;
  };

  return {
    change: async (change) => {
      if (change.instanceId !== undefined) checks.requireInstance(change.instanceId);
      const chosen = [...new Set(change.jobIds)];
      return claims.during(chosen, () => changeNow(chosen, change));
    },
    move: async ({ jobIds, to }) => {
      const chosen = [...new Set(jobIds)];
      return claims.during(chosen, () => moveNow(chosen, to));
    },
  };
};
