import type { JobView } from '#contract/models/job.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfyClient, HistoryEntry } from '#core/ports/comfy-client.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { Scheduler } from '#core/scheduling/scheduler-interface.ts';
import { isObject } from '#core/shared/json-object.ts';
import { hasParts, isWorthWaitingFor } from './able-instances.ts';
import type { ActiveJob, ActiveJobs } from './active-jobs.ts';
import { type AfterRun, afterRun, isDeath } from './after-run.ts';
import { createBlame } from './blame.ts';
import { createFailedEmptied } from './failed-emptied.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';
import type { FreeMemory } from './free-memory.ts';
import { schedulingJobOf } from './graph-work.ts';
import type { JobBook } from './job-book.ts';
import { outcomeKind } from './job-end.ts';
import type { JobLedger } from './job-ledger.ts';
import type { JobRecord } from './job-record.ts';
import { type MemoryCandidate, memoryAdvice } from './memory-policy.ts';
import type { NodeCatalogs } from './node-catalogs.ts';
import { mayOthersTake } from './other-takers.ts';
import type { OwedWithdrawals } from './owed-withdrawals.ts';
import type { ReadRepeatability, Repeatability } from './repeatability.ts';
import type { RunEnd } from './run.ts';
import { finalProgress } from './running-jobs.ts';
import type { StuckInstances } from './stuck-instances.ts';
import type { WaitingLine } from './waiting-line.ts';

export interface CloseRunDependencies {
  readonly fleet: Pick<FleetView, 'candidates' | 'jobEnded'>;
  readonly client: Pick<ComfyClient, 'free'>;
  readonly book: JobBook;
  readonly ledger: JobLedger;
  readonly scheduler: Scheduler;
  readonly line: WaitingLine;
  readonly active: () => Pick<ActiveJobs, 'get' | 'ids' | 'remove'>;
  readonly catalogs: NodeCatalogs;
  readonly withdrawals: Pick<OwedWithdrawals, 'withdraw'>;
  readonly stuck: Pick<StuckInstances, 'hold'>;
  readonly freeMemory: FreeMemory;
  readonly repeatability: ReadRepeatability;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A job needs its uploads no more. */
  readonly release: (jobId: string) => void;
  /** A run taught something. */
  readonly learned: () => void;
}

/** The graph stands in the job already. */
const withoutPrompt = (entry: HistoryEntry | null): HistoryEntry | null =>
  entry === null || !isObject(entry.raw) ? entry : { ...entry, raw: { ...entry.raw, prompt: [] } };

/** The proof of how a run ended; where it was lost, the one before keeps telling which entry of the history is old. */
const evidenceOf = (end: RunEnd): Partial<Pick<JobRecord, 'entry' | 'refusal'>> => {
  if (end.kind === 'settled') return { entry: withoutPrompt(end.entry) };
  return end.kind === 'rejected' ? { refusal: { status: end.status, body: end.body } } : {};
};

/**
 * It was at work on the job and stopped to answer by itself: nothing else keeps an instance of this machine from it, and one elsewhere
 * whose machine takes the connection is not out of reach.
 */
const isHang = ({ instance, loss }: ActiveJob, { view }: JobRecord, end: RunEnd): boolean =>
  end.kind === 'lost' &&
  end.code === 'INSTANCE_UNREACHABLE' &&
  loss === null &&
  (instance.outputFolders !== null || end.details['failure'] === 'timeout') &&
  view.state === 'running';

/** The instance that had made the result of a run that another one was at work on. */
const madeBy = (end: RunEnd): FleetCandidate | null => (end.kind === 'settled' ? (end.madeBy ?? null) : null);

interface Decided {
  readonly decision: AfterRun;
  readonly undecided: boolean;
}

export interface CloseRun {
  /** Brings the job of a run that ended to where it goes next. */
  (active: ActiveJob, end: RunEnd): Promise<void>;
}

export const createCloseRun = (dependencies: CloseRunDependencies): CloseRun => {
  const { fleet, book, ledger, scheduler, line, catalogs, clock } = dependencies;

  const blame = createBlame(book, (instanceId) => {
    const active = dependencies.active();
    return active.ids().filter((jobId) => active.get(jobId)?.instance.instanceId === instanceId);
  });

  const failedEmptied = createFailedEmptied();

  const memoryCandidates = ({ job }: ActiveJob, record: JobRecord): readonly MemoryCandidate[] =>
    fleet.candidates().map((candidate) => ({
      instanceId: candidate.instanceId,
      vramTotalBytes: candidate.vramTotalBytes,
      isAble: isWorthWaitingFor(candidate) && hasParts(catalogs, candidate.instanceId, job.needs),
      isExcluded: record.excludedInstanceIds.includes(candidate.instanceId),
    }));

  /** What is known not to have begun can run elsewhere; anything else may have acted already. */
  const mayHaveBegun = (active: ActiveJob, { view, acceptedWith }: JobRecord, end: RunEnd): boolean => {
    if (view.startedAt !== null) return true;
    if (active.run?.mayHaveBegun() !== true || blame.isSpared(active)) return false;
    const reason = end.kind === 'lost' ? end.details['reason'] : null;
    // The very run of the instance that it was sent to has never heard of it.
    return reason !== 'never-accepted' && !(reason === 'vanished' && acceptedWith === null);
  };

  const repeats = ({ job }: ActiveJob, { order }: JobRecord): Repeatability =>
    order.repeatable ? dependencies.repeatability(job.needs.classTypes) : 'acts-outside';

  const decide = (active: ActiveJob, record: JobRecord, end: RunEnd): Decided => {
    const { instance, job, loss, cancelWanted, recovered } = active;
    const { instanceId } = instance;
    const excluded = record.excludedInstanceIds;
    const repeatability = repeats(active, record);
    const begun = repeatability !== 'repeatable' && mayHaveBegun(active, record, end);
    const decision = afterRun({
      end,
      view: record.view,
      losses: record.losses,
      excluded,
      unfit: record.order.unfitInstanceIds,
      instanceId,
      timeoutMs: record.view.timeoutMs ?? instance.timeoutMs,
      loss,
      cancelWanted,
      recovered,
      hangs: isHang(active, record, end),
      mayHaveActed: begun && repeatability === 'acts-outside',
      spared: blame.isSpared(active),
      othersMayRun: end.kind === 'rejected' && mayOthersTake(dependencies, { ...job, instanceId, excluded, ...end }),
      memoryAdvice: () =>
        memoryAdvice({
          instanceId,
          requestedInstanceId: job.requestedInstanceId,
          candidates: memoryCandidates(active, record),
          reason: record.view.reason,
          failedEmptied: failedEmptied.has(job.shape, instance),
        }),
    });
    return { decision, undecided: begun && repeatability === 'unknown' };
  };

  /** Back to the front: it was handed out before, and nobody overtakes it. */
  const putBack = (
    active: ActiveJob,
    end: RunEnd,
    change: Pick<Extract<AfterRun, { kind: 'again' }>, 'reason' | 'deaths' | 'losses' | 'excluded'> &
      Pick<JobRecord, 'undecided'>,
  ): void => {
    const { jobId, job, instance } = active;
    const { reason, deaths, losses, undecided } = change;
    const first = line.ranks(job.priority)?.first;
    const rank = first === undefined ? job.rank : Math.min(job.rank, first - 1);
    if (end.kind === 'lost') ledger.event(jobId, 'lost', instance.instanceId, { ...end.details, cause: end.code });
    ledger.event(jobId, 'requeued', null, { reason: reason?.code ?? 'other-instance' });
    book.change(jobId, {
      ...evidenceOf(end),
      acceptedWith: null,
      intent: null,
      firm: true,
      losses,
      undecided,
      excludedInstanceIds: change.excluded,
      view: { state: 'queued', instanceId: null, placement: null, assignedAt: null, deaths, reason, rank },
    });
    const record = book.get(jobId);
    if (record !== undefined) line.add(schedulingJobOf(record, job));
  };

  const finish = (
    active: ActiveJob,
    record: JobRecord,
    end: RunEnd,
    decision: Extract<AfterRun, { kind: 'finish' }>,
  ): void => {
    const { jobId } = active;
    const { fields, reason } = decision;
    const maker = madeBy(end);
    const instanceId = maker === null ? record.view.instanceId : maker.instanceId;
    dependencies.release(jobId);
    if ((active.recovered || maker !== null) && end.kind === 'settled') ledger.event(jobId, 'collected', instanceId);
    ledger.event(jobId, fields.state, instanceId, fields.error === null ? {} : { code: fields.error.code });
    const progress = finalProgress(record, end, catalogs.isOutput);
    book.change(jobId, {
      ...evidenceOf(end),
      ...(maker === null ? {} : { outputFolders: maker.outputFolders }),
      view: { ...fields, instanceId, reason, progress, finishedAt: clock.now() },
    });
  };

  const park = (record: JobRecord, end: RunEnd, decision: Extract<AfterRun, { kind: 'park' }>): void => {
    const { reason, deaths, error, nodeErrors } = decision;
    ledger.event(record.order.jobId, 'parked', record.view.instanceId, { reason: reason.code });
    const view: Partial<JobView> = { state: 'parked', reason, deaths, error, nodeErrors: [...nodeErrors] };
    book.change(record.order.jobId, { ...evidenceOf(end), view });
  };

  const learnMemory = ({ job, instance }: ActiveJob, decision: Extract<AfterRun, { kind: 'park' | 'again' }>): void => {
    if (decision.kind === 'park' && decision.reason.code === 'out-of-memory') failedEmptied.add(job.shape, instance);
    if (decision.tooSmall && instance.vramTotalBytes !== null) {
      scheduler.outOfMemory(job.shape, instance.vramTotalBytes);
    }
  };

  const apply = (active: ActiveJob, record: JobRecord, end: RunEnd, { decision, undecided }: Decided): void => {
    switch (decision.kind) {
      case 'finish':
        finish(active, record, end, decision);
        return;
      case 'park':
        learnMemory(active, decision);
        park(record, end, decision);
        return;
      case 'again':
        learnMemory(active, decision);
        putBack(active, end, { ...decision, undecided });
        return;
      case 'free':
        putBack(active, end, { ...decision, undecided, deaths: record.view.deaths, losses: record.losses });
        return;
    }
  };

  /** Whether the instance may go on with a prompt that another one runs by then, or has done. */
  const mayGoOn = ({ loss }: ActiveJob, end: RunEnd): boolean =>
    (loss === null || loss.runsOn) && (end.kind === 'lost' || end.kind === 'timed-out' || madeBy(end) !== null);

  return async (active, end) => {
    const { jobId, instance } = active;
    const { instanceId } = instance;
    // The job is not given out again before this was tried, since it may go back to the same instance under the same id.
    if (mayGoOn(active, end) && !(await dependencies.withdrawals.withdraw(instance, jobId))) {
      // It may be running there for all that is known; that is taken back once the instance answers again.
      ledger.event(jobId, 'uncertain', instanceId, { cause: 'not-withdrawn' });
    }
    if (end.kind === 'timed-out') {
      blame.lay(active);
      dependencies.stuck.hold(instance, jobId);
    }
    const before = book.get(jobId);
    const decided = before === undefined ? null : decide(active, before, end);
    const decision = decided?.decision;
    const hangs = before !== undefined && isHang(active, before, end);
    if (isDeath({ end, loss: active.loss, recovered: active.recovered, hangs })) blame.lay(active);
    const isFull = end.kind === 'settled' && end.settlement.kind === 'failed' && decision?.kind !== 'finish';
    if (decision?.kind === 'free') await dependencies.freeMemory(instance);
    dependencies.active().remove(jobId);
    if (isFull) scheduler.emptied(instanceId);
    // Of one whose work was not needed any more nothing is learned, and it failed at nothing.
    const outcome = madeBy(end) === null ? outcomeKind(end) : 'cancelled';
    if (outcome === 'succeeded') failedEmptied.remove(active.job.shape, instance);
    const facts = { executed: active.run?.executed() ?? false };
    if (!active.freed) scheduler.ended(jobId, outcome, clock.now(), facts);
    const record = book.get(jobId);
    if (record !== undefined && decided !== null) {
      // A cancel may have come while the memory was emptied.
      const isCancelled =
        active.cancelWanted && (decided.decision.kind === 'again' || decided.decision.kind === 'free');
      apply(active, record, end, isCancelled ? { ...decided, decision: cancelledDecision } : decided);
    }
    dependencies.learned();
    fleet.jobEnded(instanceId, jobId, outcome);
  };
};

const cancelledDecision: AfterRun = {
  kind: 'finish',
  fields: { state: 'cancelled', outputs: [], error: null },
  reason: { code: 'cancelled-by-user', details: {} },
};
