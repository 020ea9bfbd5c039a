import { StudioError, toWireError } from '#contract/errors.ts';
import type { JobEstimate, Placement } from '#contract/models/placement.ts';
import type { Cancel } from '#core/ports/clock.ts';
import type { Scheduler, SchedulingMoment } from '#core/scheduling/scheduler-interface.ts';
import { hasParts, isWorthWaitingFor } from './able-instances.ts';
import { type ActiveJob, type ActiveJobs, type ActiveJobsDependencies, createActiveJobs } from './active-jobs.ts';
import type { ClientTurns } from './client-turns.ts';
import { type CloseRunDependencies, createCloseRun } from './close-run.ts';
import { collectResult } from './collect-result.ts';
import { createFirstWord } from './first-word.ts';
import type { FleetView } from './fleet-view.ts';
import { createFreeMemory } from './free-memory.ts';
import { type GraphWork, schedulingJobOf } from './graph-work.ts';
import type { JobRecord } from './job-record.ts';
import { withoutKept } from './kept-instances.ts';
import { notRepeatedFields } from './not-repeated.ts';
import { createOwedWithdrawals } from './owed-withdrawals.ts';
import { createStuckInstances } from './stuck-instances.ts';
import { createWaitingLine, type WaitingLine } from './waiting-line.ts';

type Parts = Omit<
  ActiveJobsDependencies,
  'fleet' | 'isAnyWaiting' | 'onLoaded' | 'onFreed' | 'onEnd' | 'onNotWritten'
> &
  Omit<CloseRunDependencies, 'fleet' | 'line' | 'active' | 'withdrawals' | 'stuck' | 'freeMemory'>;

export interface HandOutDependencies extends Parts {
  readonly fleet: FleetView;
  readonly scheduler: Scheduler;
  readonly turns: ClientTurns;
  readonly moment: () => SchedulingMoment;
}

export interface HandOut {
  readonly line: WaitingLine;
  readonly active: ActiveJobs;
  /** Prompts that an earlier studio could not take back from their instances, as it stored them. */
  restoreOwed(stored: unknown): void;
  /** Begins to give out jobs: not before all that an earlier studio left stands in its place. */
  open(): void;
  /** Puts a job into the queue; nothing is given out before `pump`. */
  enqueue(record: JobRecord, work: GraphWork): void;
  /** Gives out what waits while something can be given out. */
  pump(): void;
  /** Why a waiting job waits; null for one that does not. */
  explain(jobId: string): Placement | null;
  estimate(jobId: string): JobEstimate | null;
  estimateAll(): number | null;
  /** Where and when unfinished jobs are expected to run, all as of one moment. */
  plan(): (jobId: string) => ReturnType<Scheduler['plannedRun']>;
  /** Ends a waiting or parked job at once and asks a running one to stop. */
  cancel(jobId: string): void;
  stop(): Promise<void>;
}

/** A timer that is due at once would keep the studio from everything else. */
const shortestWakeMs = 5;

/** Late binding: a job leaves the queue at the moment the scheduler finds its instance, and comes back when that instance is lost. */
export const createHandOut = (dependencies: HandOutDependencies): HandOut => {
  const { fleet, scheduler, book, ledger, clock } = dependencies;
  const line = createWaitingLine(scheduler, dependencies.turns, (jobId) => {
    const record = book.get(jobId);
    return { clientId: record?.view.clientId ?? null, caller: record?.order.caller ?? null };
  });
  let knownRuns = new Map<string, number | null>();
  let wake: Cancel | null = null;
  let isOpen = false;
  let isPumping = false;
  let pumpAgain = false;

  const freeMemory = createFreeMemory(dependencies);
  const stuck = createStuckInstances(dependencies, () => pump());
  const firstWord = createFirstWord({ ...dependencies, isAnyWaiting: () => line.hasUndecided, onOver: () => pump() });
  const moment = (): SchedulingMoment => withoutKept({ ...dependencies, line, stuck, firstWord });
  const withdrawals = createOwedWithdrawals({
    ...dependencies,
    whereIs: (jobId, instanceId) => {
      if (line.get(jobId) !== undefined) return 'waiting';
      return active.get(jobId)?.instance.instanceId === instanceId ? 'there' : 'elsewhere';
    },
    reclaim: (jobId, instance) => {
      const job = line.remove(jobId);
      const record = book.get(jobId);
      if (job !== undefined && record !== undefined) active.follow(record, job, instance);
    },
    collect: (jobId, instance, entry) => {
      const found = active.get(jobId);
      const record = book.get(jobId);
      return found !== undefined && record !== undefined && collectResult(found, record, { instance, entry });
    },
    staleEntry: (jobId) => book.get(jobId)?.entry ?? null,
  });
  const closeRun = createCloseRun({ ...dependencies, line, withdrawals, stuck, freeMemory, active: () => active });

  const notWritten = ({ jobId, job, instance, cancelWanted }: ActiveJob): void => {
    const record = book.get(jobId);
    active.remove(jobId);
    scheduler.ended(jobId, 'cancelled', clock.now(), { executed: false });
    if (record !== undefined) {
      const tries = record.view.tries - 1;
      const view = { state: 'queued', instanceId: null, placement: null, assignedAt: null, tries } as const;
      book.change(jobId, { intent: null, view });
      line.add(job);
    }
    fleet.jobEnded(instance.instanceId, jobId, 'cancelled');
    if (cancelWanted) cancel(jobId);
    pump();
  };

  const active: ActiveJobs = createActiveJobs({
    ...dependencies,
    isAnyWaiting: () => line.size > 0,
    onLoaded: () => pump(),
    onFreed: ({ jobId }, facts) => {
      scheduler.ended(jobId, 'succeeded', clock.now(), facts);
      pump();
    },
    onEnd: async (entry, end) => {
      await closeRun(entry, end);
      pump();
    },
    onNotWritten: notWritten,
  });

  /** Jobs for an instance that was deleted are set aside: somebody has to say where they go. */
  const parkOrphans = (present: ReadonlySet<string>): void => {
    for (const jobId of line.meantForOthers(present)) {
      const job = line.remove(jobId);
      const details = { instanceId: job?.requestedInstanceId };
      const error = toWireError(new StudioError('INSTANCE_NOT_FOUND', undefined, { details }));
      ledger.event(jobId, 'parked', null, { reason: 'instance-deleted' });
      book.change(jobId, { view: { state: 'parked', reason: { code: 'instance-deleted', details }, error } });
    }
  };

  /** Where nothing that a job was left with will run it any more, what was left out for it is tried again. */
  const freeStranded = (): void => {
    const restricted = line.restricted();
    if (restricted.length === 0) return;
    const waitedFor = fleet.candidates().filter(isWorthWaitingFor);
    for (const job of restricted) {
      const isLeft = waitedFor.some(
        ({ instanceId }) =>
          !job.excludedInstanceIds.includes(instanceId) && hasParts(dependencies.catalogs, instanceId, job.needs),
      );
      if (isLeft) continue;
      ledger.event(job.jobId, 'changed', null, { noLongerExcluded: job.excludedInstanceIds });
      book.change(job.jobId, { excludedInstanceIds: [] });
      line.add({ ...job, excludedInstanceIds: [] });
    }
  };

  /** A new run of an instance's program holds no models, and an instance that is gone none either. */
  const noteRuns = (now: SchedulingMoment): void => {
    const runs = new Map(fleet.candidates().map(({ instanceId, readyAt }) => [instanceId, readyAt]));
    for (const [instanceId, readyAt] of knownRuns) {
      if (!runs.has(instanceId)) scheduler.forget(instanceId);
      else if (readyAt !== null && runs.get(instanceId) !== readyAt) scheduler.emptied(instanceId);
    }
    knownRuns = runs;
    parkOrphans(new Set(now.instances.map(({ instanceId }) => instanceId)));
    freeStranded();
  };

  /** Its nodes came to be known after it was lost, and one of them acts outside ComfyUI. */
  const endUnrepeated = ({ order, view }: JobRecord): void => {
    const { jobId } = order;
    const { instanceId, cause } = view.reason?.details ?? {};
    const fields = notRepeatedFields(instanceId ?? null, cause ?? view.reason?.code ?? null);
    dependencies.release(jobId);
    ledger.event(jobId, 'failed', null, { code: 'JOB_NOT_REPEATED' });
    book.change(jobId, { undecided: false, view: { ...fields, finishedAt: clock.now() } });
  };

  const assign = (jobId: string, instanceId: string, placement: Placement): void => {
    const job = line.taken(jobId);
    const record = book.get(jobId);
    const instance = fleet.candidates().find((candidate) => candidate.instanceId === instanceId);
    if (job === undefined || record === undefined || instance === undefined) {
      scheduler.ended(jobId, 'cancelled', clock.now(), { executed: false });
      return;
    }
    if (record.undecided && dependencies.repeatability(job.needs.classTypes) === 'acts-outside') {
      scheduler.ended(jobId, 'cancelled', clock.now(), { executed: false });
      endUnrepeated(record);
      return;
    }
    if (record.undecided) book.change(jobId, { undecided: false });
    active.assign(book.get(jobId) ?? record, job, instance, placement);
  };

  const sleepUntil = (wakeAt: number | null): void => {
    wake?.();
    wake = null;
    if (wakeAt === null) return;
    wake = clock.schedule(Math.max(shortestWakeMs, wakeAt - clock.now()), () => {
      wake = null;
      pump();
    });
  };

  const giveOut = (): void => {
    let now = moment();
    noteRuns(now);
    if (ledger.problem() !== null) return sleepUntil(null);
    for (;;) {
      const decision = scheduler.next(now);
      switch (decision.kind) {
        case 'assign':
          assign(decision.jobId, decision.instanceId, decision.placement);
          break;
        case 'start':
          fleet.startOnDemand(decision.instanceId);
          break;
        case 'wait':
          sleepUntil(decision.wakeAt);
          return;
      }
      now = moment();
    }
  };

  /** Telling the fleet about a job can change the fleet, which asks for another pass and not for one within this one. */
  const pump = (): void => {
    pumpAgain = true;
    if (isPumping) return;
    isPumping = true;
    try {
      while (pumpAgain) {
        pumpAgain = false;
        if (isOpen) giveOut();
      }
    } finally {
      isPumping = false;
    }
  };

  const cancel = (jobId: string): void => {
    const record = book.get(jobId);
    if (record === undefined) return;
    const isWaiting = line.remove(jobId) !== undefined;
    if (!isWaiting && record.view.state !== 'parked') {
      active.cancel(jobId);
      return;
    }
    dependencies.release(jobId);
    ledger.event(jobId, 'cancelled', null);
    const reason = { code: 'cancelled-by-user', details: {} } as const;
    book.change(jobId, { view: { state: 'cancelled', reason, error: null, finishedAt: clock.now() } });
  };

  const unsubscribes: readonly Cancel[] = [
    fleet.onChange(pump),
    fleet.onLost((loss) => {
      active.lose(loss);
      if (loss.runsOn) return;
      withdrawals.forget(loss.instanceId);
      scheduler.emptied(loss.instanceId);
    }),
    fleet.onEmptied((instanceId) => {
      scheduler.emptied(instanceId);
      pump();
    }),
    ledger.onProblem(pump),
    withdrawals.stop,
    stuck.stop,
    firstWord.stop,
  ];

  return {
    line,
    active,
    restoreOwed: withdrawals.restore,
    open: () => {
      isOpen = true;
      withdrawals.payBack();
      pump();
    },
    enqueue: (record, work) => line.add(schedulingJobOf(record, work)),
    pump,
    explain: (jobId) => {
      if (line.get(jobId) === undefined) return null;
      const placement = scheduler.explain(jobId, moment());
      return placement === null || ledger.problem() === null
        ? placement
        : { ...placement, waiting: 'store-unwritable' };
    },
    estimate: (jobId) => scheduler.estimate(jobId, moment()),
    estimateAll: () => scheduler.estimateAll(moment()),
    plan:
      (at = moment()) =>
      (jobId) =>
        scheduler.plannedRun(jobId, at),
    cancel,
    stop: async () => {
      isOpen = false;
      wake?.();
      for (const unsubscribe of unsubscribes) unsubscribe();
      await active.stop();
    },
  };
};
