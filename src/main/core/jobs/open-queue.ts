import { StudioError, toWireError } from '#contract/errors.ts';
import type { JobReason } from '#contract/models/job.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { JobStore, StoredJob } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { Scheduler } from '#core/scheduling/scheduler-interface.ts';
import { maxDeaths } from './after-run.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';
import { type GraphWork, schedulingJobOf } from './graph-work.ts';
import type { HandOut } from './hand-out.ts';
import type { JobBook } from './job-book.ts';
import type { JobLedger } from './job-ledger.ts';
import { isActive, type JobRecord } from './job-record.ts';
import { learnedFact } from './learned-keeper.ts';
import { notRepeatedFields } from './not-repeated.ts';
import { owedFact } from './owed-withdrawals.ts';
import { type QueueMode, queueModeFact } from './queue-mode.ts';
import { type QueueNumbers, queueNumberFact } from './queue-numbers.ts';
import type { RecordWork } from './record-work.ts';
import { recoveryOf } from './recovery.ts';
import { takingFact } from './submit-many.ts';
import type { UploadHolds } from './upload-holds.ts';

const bootFact = 'bootId';

export interface OpenQueueDependencies {
  readonly store: JobStore;
  readonly book: JobBook;
  readonly ledger: JobLedger;
  readonly scheduler: Scheduler;
  readonly handOut: HandOut;
  readonly mode: QueueMode;
  readonly numbers: QueueNumbers;
  readonly holds: UploadHolds;
  readonly fleet: Pick<FleetView, 'candidates'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly startPaused: boolean;
  /** Names one run of this machine's system; null where nobody knows. */
  readonly bootId: string | null;
  readonly keepFinished: number;
  readonly recordOf: (row: StoredJob) => JobRecord;
  readonly recordWork: RecordWork;
}

/** Loads what an earlier studio left, and finds out what became of what it had sent. The store must be readable. */
export const openQueue = (dependencies: OpenQueueDependencies): void => {
  const { store, book, ledger, scheduler, handOut, mode, numbers, holds, fleet, clock, logger } = dependencies;

  const restoreFacts = (): { readonly wasRebooted: boolean } => {
    const { bootId } = dependencies;
    const earlier = store.fact(bootFact);
    numbers.restore(store.fact(queueNumberFact));
    mode.restore(store.fact(queueModeFact), dependencies.startPaused);
    const learned = store.fact(learnedFact);
    if (learned !== null && learned !== undefined) scheduler.relearn(learned);
    handOut.restoreOwed(store.fact(owedFact));
    if (bootId !== null && bootId !== earlier) ledger.fact(bootFact, bootId);
    return { wasRebooted: bootId !== null && typeof earlier === 'string' && bootId !== earlier };
  };

  /** A batch that was not wholly written when the studio ended was never accepted; answers its id. */
  const dropHalfBatch = (): string | null => {
    const batchId = store.fact(takingFact);
    if (typeof batchId !== 'string') return null;
    ledger.removeLater(store.ids({ batchId }), { name: takingFact, value: null });
    return batchId;
  };

  const hold = ({ order }: JobRecord): void => {
    try {
      holds.hold(order.jobId, order.inputs);
    } catch (error) {
      if (!(error instanceof StudioError) || error.code !== 'INPUT_INVALID') throw error;
      // The run will say so: whoever sees the job fail can upload the file again.
      logger.warn('An upload of a job is gone.', { jobId: order.jobId });
    }
  };

  const parkKiller = (record: JobRecord, deaths: number): void => {
    const { jobId } = record.order;
    const { instanceId } = record.view;
    const details = { instanceId, deaths, cause: 'machine-restarted' };
    const error = toWireError(new StudioError('JOB_LOST', undefined, { details }));
    ledger.event(jobId, 'parked', instanceId, { reason: 'too-many-deaths' });
    book.change(jobId, { view: { state: 'parked', deaths, error, reason: { code: 'too-many-deaths', details } } });
  };

  /** It waited in the queue of an instance that was at work on another one. */
  const isBehindOthers = ({ order, view }: JobRecord): boolean =>
    view.startedAt === null &&
    unfinished.some(
      (other) =>
        other.order.jobId !== order.jobId &&
        other.view.state === 'running' &&
        other.view.instanceId === view.instanceId,
    );

  /** It acts outside ComfyUI and may have done so: whoever wants it again has to say so. */
  const endUnrepeated = (record: JobRecord, isDeath: boolean): void => {
    const { jobId } = record.order;
    const { instanceId } = record.view;
    const code = isDeath ? 'instance-died' : 'studio-restarted';
    const fields = notRepeatedFields(instanceId, code);
    holds.release(jobId);
    ledger.event(jobId, 'lost', instanceId, { cause: code });
    ledger.event(jobId, 'failed', instanceId, { code: 'JOB_NOT_REPEATED' });
    const reason: JobReason = { code, details: { instanceId } };
    book.change(jobId, { view: { ...fields, reason, finishedAt: clock.now() } });
  };

  const runAgain = (record: JobRecord, isDeath: boolean): void => {
    const { jobId } = record.order;
    const { instanceId } = record.view;
    const mayHaveBegun = !isBehindOthers(record);
    if (!record.order.repeatable && mayHaveBegun) {
      endUnrepeated(record, isDeath);
      return;
    }
    const deaths = record.view.deaths + (isDeath ? 1 : 0);
    if (deaths >= maxDeaths && isDeath) {
      parkKiller(record, deaths);
      return;
    }
    const first = handOut.line.ranks(record.view.priority)?.first;
    const rank = first === undefined ? record.view.rank : Math.min(record.view.rank, first - 1);
    const reason: JobReason = { code: isDeath ? 'instance-died' : 'studio-restarted', details: { instanceId } };
    ledger.event(jobId, 'lost', instanceId, { cause: reason.code });
    ledger.event(jobId, 'requeued', null, { reason: reason.code });
    book.change(jobId, {
      intent: null,
      acceptedWith: null,
      firm: true,
      // No instance has told this studio of its nodes yet.
      undecided: mayHaveBegun,
      view: { state: 'queued', instanceId: null, placement: null, assignedAt: null, deaths, reason, rank },
    });
    const changed = book.get(jobId);
    if (changed !== undefined) enter(changed, (work) => handOut.line.add(schedulingJobOf(changed, work)));
  };

  const recover = (record: JobRecord, instance: FleetCandidate | undefined, wasRebooted: boolean): void => {
    const isLocal = record.outputFolders !== null;
    const recovery = recoveryOf({ state: record.view.state, intent: record.intent }, instance);
    if (recovery === 'look' && instance !== undefined) {
      enter(record, (work) => handOut.active.follow(record, schedulingJobOf(record, work), instance));
    } else if (recovery === 'again') {
      runAgain(record, wasRebooted && isLocal && record.view.state === 'running');
    }
  };

  /** Its graph cannot be read: somebody may bring the file back, and the others go on. */
  const parkUnreadable = (record: JobRecord, error: StudioError): void => {
    const { jobId } = record.order;
    ledger.event(jobId, 'parked', null, { code: error.code });
    book.change(jobId, { intent: null, view: { state: 'parked', instanceId: null, error: toWireError(error) } });
  };

  /** One damaged graph must not keep the others from the queue. */
  const enter = (record: JobRecord, bring: (work: GraphWork) => void): void => {
    try {
      bring(dependencies.recordWork(record));
    } catch (error) {
      if (!(error instanceof StudioError) || error.code !== 'STORE_READ_FAILED') throw error;
      logger.error('The graph of a job cannot be read.', { jobId: record.order.jobId });
      parkUnreadable(record, error);
    }
  };

  const load = (rows: readonly StoredJob[]): readonly JobRecord[] => {
    const records = rows.map(dependencies.recordOf);
    book.add(records);
    return records;
  };

  const halfBatch = dropHalfBatch();
  const { wasRebooted } = restoreFacts();
  const ended = store.page({ states: ['succeeded', 'failed', 'cancelled'] }, 0, dependencies.keepFinished);
  load(ended.jobs.toReversed());
  const unfinished = load(store.unfinished().filter(({ view }) => halfBatch === null || view.batchId !== halfBatch));
  for (const record of unfinished) {
    hold(record);
    if (record.view.state === 'queued') enter(record, (work) => handOut.line.add(schedulingJobOf(record, work)));
  }
  const instances = new Map(fleet.candidates().map((candidate) => [candidate.instanceId, candidate]));
  const startedAt = clock.now();
  // Last first: each goes to the front, so that they stand there in their order.
  for (const record of unfinished.filter(({ view }) => isActive(view)).toReversed()) {
    recover(record, instances.get(record.intent?.instanceId ?? ''), wasRebooted);
  }
  logger.info('The queue is open.', { unfinished: unfinished.length, tookMs: clock.now() - startedAt });
};
