import { StudioError, toWireError } from '#contract/errors.ts';
import type { Settings } from '#contract/models/settings.ts';
import type { HistoryEntry } from '#core/ports/comfy-client.ts';
import type { Balancer } from '#core/scheduling/balancer.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { FleetCandidate, FleetView, InstanceLoss } from './fleet-view.ts';
import type { JobRecord } from './job-book.ts';
import { type FinishedFields, finishedFields, maxLosses, outcomeKind } from './job-end.ts';
import type { JobQueue } from './job-queue.ts';
import type { NodeCatalogs } from './node-catalogs.ts';
import type { JobRun, RunEnd } from './run.ts';
import { finalProgress, type RunningJobsDependencies, startRun } from './running-jobs.ts';
import { type FleetMoment, momentSignature, placeJob, samePlacement } from './waiting.ts';

export interface HandOutDependencies extends Omit<RunningJobsDependencies, 'isOutput' | 'fleet'> {
  readonly fleet: FleetView;
  readonly queue: JobQueue;
  readonly balancer: Balancer;
  readonly catalogs: NodeCatalogs;
  readonly settings: () => Pick<Settings, 'balancingStrategy'>;
  /** A job needs its uploads no more. */
  readonly release: (jobId: string) => void;
}

export interface HandOut {
  /** Gives out what waits while there are free slots. */
  pump(): void;
  /** The catalogs told something new. */
  learned(): void;
  /** Ends a waiting job at once and asks a running one to stop. */
  cancel(jobId: string): void;
  stop(): Promise<void>;
}

interface Running {
  readonly run: JobRun;
  readonly instance: FleetCandidate;
  loss: InstanceLoss | null;
}

/** What is remembered of an unfinished job besides its page. */
interface Note {
  losses: number;
  cancelWanted: boolean;
  waitedUnder: string;
  /** Classes that an instance turned out to lack when it refused the prompt. */
  readonly refusedBy: Map<string, readonly string[]>;
}

/** The graph stands in the job already. */
const withoutPrompt = (entry: HistoryEntry | null): HistoryEntry | null =>
  entry === null || !isObject(entry.raw) ? entry : { ...entry, raw: { ...entry.raw, prompt: [] } };

/** Late binding: a job leaves the queue at the moment an instance has a slot for it, and comes back when that instance is lost. */
export const createHandOut = (dependencies: HandOutDependencies): HandOut => {
  const { fleet, queue, balancer, catalogs, book, clock, logger, client } = dependencies;
  const running = new Map<string, Running>();
  const notes = new Map<string, Note>();
  const idleSince = new Map<string, number>();
  let knowledge = 0;
  let stopped = false;
  let pumping = false;
  let pumpAgain = false;

  const noteOf = (jobId: string): Note => {
    const note = notes.get(jobId) ?? { losses: 0, cancelWanted: false, waitedUnder: '', refusedBy: new Map() };
    notes.set(jobId, note);
    return note;
  };

  const assignedJobs = (instanceId: string): number =>
    [...running.values()].filter(({ instance }) => instance.instanceId === instanceId).length;

  const moment = (): FleetMoment => ({
    candidates: fleet.candidates(),
    activeInstanceId: fleet.activeInstanceId(),
    strategy: dependencies.settings().balancingStrategy,
    assignedJobs,
    idleSince: (instanceId) => idleSince.get(instanceId) ?? null,
    knowledge,
  });

  const missingOn = ({ order }: JobRecord, note: Note, instanceId: string): readonly string[] => [
    ...new Set([...catalogs.missing(instanceId, order.classTypes), ...(note.refusedBy.get(instanceId) ?? [])]),
  ];

  const finish = (record: JobRecord, fields: FinishedFields, rest: Partial<JobRecord['view']> = {}): void => {
    const { jobId } = record.order;
    notes.delete(jobId);
    dependencies.release(jobId);
    book.change(jobId, { view: { ...rest, ...fields, finishedAt: clock.now() } });
  };

  const putBack = (record: JobRecord): void => {
    const { jobId } = record.order;
    noteOf(jobId).waitedUnder = '';
    queue.putBack(jobId);
    book.change(jobId, { acceptedWith: null, view: { state: 'queued', instanceId: null, placement: null } });
  };

  /** Whether somebody else may run what this instance refused for want of a node. */
  const othersMayRun = (record: JobRecord, note: Note): boolean =>
    record.view.requestedInstanceId === null &&
    fleet
      .candidates()
      .some(
        ({ instanceId, enabled, status }) =>
          enabled && status === 'running' && missingOn(record, note, instanceId).length === 0,
      );

  const shouldRunAgain = (record: JobRecord, { instance, loss }: Running, end: RunEnd): boolean => {
    const note = noteOf(record.order.jobId);
    if (note.cancelWanted) return false;
    if (end.kind === 'lost') {
      if (loss?.requested !== true) note.losses += 1;
      return note.losses <= maxLosses;
    }
    if (end.kind !== 'rejected' || end.rejection.error.code !== 'WORKFLOW_NODE_UNKNOWN') return false;
    const lacking = end.rejection.nodeErrors.map(({ classType }) => classType).filter((classType) => classType !== '');
    note.refusedBy.set(instance.instanceId, lacking.length > 0 ? lacking : ['']);
    knowledge += 1;
    return othersMayRun(record, note);
  };

  /**
   * An instance that nobody answered from, or that is looked at no longer, may still have the prompt, and would run what another one runs by then. The job is not given
   * out again before this was tried, since it may go back to the same instance under the same id.
   */
  const withdraw = async (jobId: string, { instance, loss }: Running, end: RunEnd): Promise<void> => {
    if ((loss !== null && !loss.runsOn) || stopped || (end.kind !== 'lost' && end.kind !== 'timed-out')) return;
    await client.cancel(instance.endpoint, jobId).catch((error: unknown) => {
      logger.debug('A lost job could not be withdrawn.', { jobId, error: String(error) });
    });
  };

  const close = (record: JobRecord, entry: Running, end: RunEnd): void => {
    const { jobId } = record.order;
    const { instanceId, timeoutMs } = entry.instance;
    const again = shouldRunAgain(record, entry, end);
    const { losses, cancelWanted } = noteOf(jobId);
    if (again) {
      putBack(record);
    } else if (end.kind === 'lost' && cancelWanted) {
      finish(record, { state: 'cancelled', outputs: [], error: null });
    } else {
      if (end.kind === 'settled') book.change(jobId, { entry: withoutPrompt(end.entry) }, 'soon');
      if (end.kind === 'rejected') book.change(jobId, { refusal: { status: end.status, body: end.body } }, 'soon');
      const progress = finalProgress(record, end, catalogs.isOutput);
      finish(record, finishedFields(end, { losses, instanceId, timeoutMs }), { progress });
    }
  };

  const ended = async (jobId: string, entry: Running, end: RunEnd): Promise<void> => {
    await withdraw(jobId, entry, end);
    const { instanceId } = entry.instance;
    running.delete(jobId);
    idleSince.set(instanceId, clock.now());
    const record = book.get(jobId);
    if (!stopped && record !== undefined) close(record, entry, end);
    fleet.jobEnded(instanceId, jobId, outcomeKind(end));
    pump();
  };

  const assign = (record: JobRecord, instance: FleetCandidate, view: Partial<JobRecord['view']>): void => {
    const { jobId } = record.order;
    queue.remove(jobId);
    book.change(jobId, {
      outputFolders: instance.outputFolders,
      view: { ...view, state: 'assigned', instanceId: instance.instanceId, tries: record.view.tries + 1 },
    });
    const run = startRun({ ...dependencies, isOutput: catalogs.isOutput }, record, instance);
    const entry: Running = { run, instance, loss: null };
    running.set(jobId, entry);
    fleet.jobStarted(instance.instanceId, jobId);
    run.end
      .then((end) => ended(jobId, entry, end))
      .catch((error: unknown) =>
        logger.error('The end of a job could not be handled.', { jobId, error: String(error) }),
      );
  };

  const tryToPlace = (record: JobRecord, now: FleetMoment, signature: string): boolean => {
    const { jobId } = record.order;
    const { requestedInstanceId } = record.view;
    const note = noteOf(jobId);
    if (requestedInstanceId !== null && now.candidates.every(({ instanceId }) => instanceId !== requestedInstanceId)) {
      queue.remove(jobId);
      const error = toWireError(
        new StudioError('INSTANCE_NOT_FOUND', undefined, { details: { instanceId: requestedInstanceId } }),
      );
      finish(record, { state: 'failed', outputs: [], error });
      return false;
    }
    const placement = placeJob(balancer, now, requestedInstanceId, (instanceId) => missingOn(record, note, instanceId));
    const instance = now.candidates.find(({ instanceId }) => instanceId === placement.instanceId);
    if (instance !== undefined) {
      assign(record, instance, { placement });
      return true;
    }
    note.waitedUnder = signature;
    if (!samePlacement(record.view.placement, placement)) book.change(jobId, { view: { placement } });
    return false;
  };

  const giveOut = (): void => {
    if (stopped) return;
    let now = moment();
    let signature = momentSignature(now);
    for (const jobId of queue.waiting()) {
      const record = book.get(jobId);
      if (record === undefined) queue.remove(jobId);
      else if (noteOf(jobId).waitedUnder !== signature && tryToPlace(record, now, signature)) {
        now = moment();
        signature = momentSignature(now);
      }
    }
  };

  /** Telling the fleet about a job can change the fleet, which asks for another pass and not for one within this one. */
  const pump = (): void => {
    pumpAgain = true;
    if (pumping) return;
    pumping = true;
    try {
      while (pumpAgain) {
        pumpAgain = false;
        giveOut();
      }
    } finally {
      pumping = false;
    }
  };

  const unsubscribeChange = fleet.onChange(pump);
  const unsubscribeLost = fleet.onLost((loss) => {
    for (const entry of running.values()) {
      if (entry.instance.instanceId !== loss.instanceId) continue;
      entry.loss = loss;
      entry.run.lose(loss.code, { ...loss.details, reason: 'instance-lost' });
    }
  });

  return {
    pump,
    learned: () => {
      knowledge += 1;
      pump();
    },
    cancel: (jobId) => {
      const record = book.get(jobId);
      if (record === undefined) return;
      if (queue.remove(jobId)) {
        finish(record, { state: 'cancelled', outputs: [], error: null });
        return;
      }
      noteOf(jobId).cancelWanted = true;
      running.get(jobId)?.run.cancel();
    },
    stop: async () => {
      stopped = true;
      unsubscribeChange();
      unsubscribeLost();
      const runs = [...running.values()].map(({ run }) => run);
      for (const run of runs) run.lose('CONNECTION_LOST', { reason: 'stopped' });
      await Promise.all(runs.map(({ end }) => end));
    },
  };
};
