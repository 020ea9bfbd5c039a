import type { TraceJob } from './trace.ts';

/** An instance goes on with the models it loaded for at most so many times as long as the load took, as the scheduler's interface says. */
const settlingFactor = 30;

/** Sums of the same times in another order differ in their last digits. */
const roundingMs = 0.001;

/** The oldest of some jobs that has not started. */
const createLine = (jobs: readonly TraceJob[]) => {
  const started = new Set<string>();
  /** Index of the first job that has not started; jobs come by arrival. */
  let first = 0;
  return {
    oldest(): TraceJob | undefined {
      for (let next = jobs[first]; next !== undefined && started.has(next.id); next = jobs[first]) first += 1;
      return jobs[first];
    },
    start: (job: TraceJob): void => void started.add(job.id),
    putBack(job: TraceJob): void {
      started.delete(job.id);
      first = Math.min(first, jobs.indexOf(job));
    },
  };
};
type Line = ReturnType<typeof createLine>;

const modelsOf = ({ workflow }: TraceJob): string =>
  workflow.files
    .map(({ name }) => name)
    .toSorted()
    .join('\n');

interface CardState {
  models: string;
  /** Until when it goes on with the models that it has. */
  settlesUntil: number;
}

/** A start whose load, if there is one, is not over. */
interface Begun {
  readonly cardId: string;
  readonly at: number;
  /** It passed one that waited for too long, which it may do only where it needs no load. */
  readonly passes: boolean;
}

const createLines = (jobs: readonly TraceJob[]) => {
  const lines = new Map<string, Line>();
  for (const [key, members] of Map.groupBy(
    jobs.flatMap((job) => [job.kind, `${job.kind} ${modelsOf(job)}`].map((key) => ({ key, job }))),
    ({ key }) => key,
  ))
    lines.set(key, createLine(members.map(({ job }) => job)));
  return {
    /** The first of a kind, of all or of those that load the models. */
    oldest: (kind: TraceJob['kind'], models?: string) =>
      lines.get(models === undefined ? kind : `${kind} ${models}`)?.oldest(),
    of: (job: TraceJob): readonly Line[] =>
      [job.kind, `${job.kind} ${modelsOf(job)}`].flatMap((key) => lines.get(key) ?? []),
  };
};

/** Turns that a batch did not get: while interactive jobs start, batch jobs that waited too long get one in every limit. */
const createTurnCounter = (limitMs: number) => {
  let turnAt = Number.NEGATIVE_INFINITY;
  let missed = 0;
  return {
    count: () => missed,
    onStart({ kind }: TraceJob, oldestBatch: TraceJob | undefined, now: number): void {
      if (kind === 'batch') turnAt = now;
      else if (now - (oldestBatch?.arrivalAt ?? now) > limitMs && now - turnAt > limitMs) missed += 1;
    },
  };
};

/**
 * The promises about ageing, held against what started; all jobs of a trace have one priority, and each kind counts by itself. A job
 * that came later than one which waits for longer than the limit passes it only on a card that needs no load for the one that starts
 * but would need one for the other, and only for 30 times as long as the last load of the card took, or while the disk has another
 * load to do. A job that was lost with its card may pass all.
 */
export const createAgeingCounter = (jobs: readonly TraceJob[], limitMs: number) => {
  const lines = createLines(jobs);
  const turns = createTurnCounter(limitMs);
  const cards = new Map<string, CardState>();
  const begun = new Map<string, Begun>();
  let late = 0;

  const isPassed = (job: TraceJob, other: TraceJob | undefined, now: number): boolean =>
    other !== undefined && now - other.arrivalAt > limitMs && job.arrivalAt > other.arrivalAt;

  return {
    count: () => late + turns.count(),
    onStart(
      job: TraceJob,
      cardId: string,
      { now, isRetry }: { readonly now: number; readonly isRetry: boolean },
    ): void {
      for (const line of lines.of(job)) line.start(job);
      turns.onStart(job, lines.oldest('batch'), now);
      const card = cards.get(cardId);
      const passes = !isRetry && isPassed(job, lines.oldest(job.kind), now);
      const passesWarm = !isRetry && card !== undefined && isPassed(job, lines.oldest(job.kind, card.models), now);
      const mayGoOn = begun.size > 0 || now < (card?.settlesUntil ?? Number.NEGATIVE_INFINITY) + roundingMs;
      const isLate = passesWarm || (passes && !mayGoOn);
      if (isLate) late += 1;
      begun.set(job.id, { cardId, at: now, passes: passes && !isLate });
    },
    /** The load of the job, if it had one, is over. */
    onRun(job: TraceJob, now: number): void {
      const start = begun.get(job.id);
      if (start === undefined) return;
      begun.delete(job.id);
      const tookMs = now - start.at;
      if (tookMs > 0 && start.passes) late += 1;
      const before = cards.get(start.cardId)?.settlesUntil ?? Number.NEGATIVE_INFINITY;
      const settlesUntil = tookMs > 0 ? now + settlingFactor * tookMs : before;
      cards.set(start.cardId, { models: modelsOf(job), settlesUntil });
    },
    onLost(job: TraceJob, cardId: string | null): void {
      begun.delete(job.id);
      if (cardId !== null) cards.delete(cardId);
      for (const line of lines.of(job)) line.putBack(job);
    },
  };
};
