import type { Placement } from '#contract/models/placement.ts';
import type { MakeId } from '#core/ports/clock.ts';
import type { ComfySocket } from '#core/ports/comfy-client.ts';
import type { Durability } from '#core/ports/job-store.ts';
import type { Scheduler, SchedulingJob } from '#core/scheduling/scheduler-interface.ts';
import type { FleetCandidate, FleetView, InstanceLoss } from './fleet-view.ts';
import type { JobLedger } from './job-ledger.ts';
import type { JobRecord } from './job-record.ts';
import type { RunEnd } from './run.ts';
import { cancelledEnd, endOfError } from './run-end.ts';
import { type FollowedRun, type RunningJobsDependencies, startRun } from './running-jobs.ts';
import { createSpareSockets } from './spare-sockets.ts';

/** A job that is with an instance, or whose way there is being written down. */
export interface ActiveJob {
  readonly jobId: string;
  readonly job: SchedulingJob;
  readonly instance: FleetCandidate;
  /** It was sent before this run of it is followed. */
  readonly recovered: boolean;
  /** null until it is written where it is sent. */
  run: FollowedRun | null;
  loss: InstanceLoss | null;
  /** The instance is done with it and its slot is free, while its history is still to be read. */
  freed: boolean;
  cancelWanted: boolean;
}

export interface ActiveJobsDependencies extends Omit<RunningJobsDependencies, 'fleet' | 'ledger'> {
  readonly fleet: Pick<FleetView, 'noteActivity' | 'jobStarted'>;
  readonly ledger: JobLedger;
  readonly scheduler: Scheduler;
  readonly makeId: MakeId;
  /** Some job waits, so that an instance may get the next one the moment that it is done. */
  readonly isAnyWaiting: () => boolean;
  /** The models of a job are in memory: its host may begin another load. */
  readonly onLoaded: () => void;
  /** The instance is done with a job that succeeded there; `executed` is false where everything came from its cache. */
  readonly onFreed: (active: ActiveJob, facts: { readonly executed: boolean }) => void;
  /** A run ended; the job is still among the active ones. */
  readonly onEnd: (active: ActiveJob, end: RunEnd) => Promise<void>;
  /** It could not be written where the job goes, so that nothing was sent. */
  readonly onNotWritten: (active: ActiveJob) => void;
}

export interface ActiveJobs {
  /** Writes where the job goes, and sends it then. */
  assign(record: JobRecord, job: SchedulingJob, instance: FleetCandidate, placement: Placement): void;
  /** Looks for a job that was sent before, by an earlier studio or before the instance was away, and follows or collects it. */
  follow(record: JobRecord, job: SchedulingJob, instance: FleetCandidate): void;
  get(jobId: string): ActiveJob | undefined;
  remove(jobId: string): void;
  ids(): readonly string[];
  /** Asks a run to stop; whether there is one. */
  cancel(jobId: string): boolean;
  lose(loss: InstanceLoss): void;
  /** Lets go of all instances: what runs there goes on, and is found again by the next studio. */
  stop(): Promise<void>;
}

/** A power cut takes an instance of this machine along with everything that it was sent; one elsewhere goes on. */
const durabilityFor = (instance: FleetCandidate): Durability => (instance.outputFolders === null ? 'disk' : 'process');

export const createActiveJobs = (dependencies: ActiveJobsDependencies): ActiveJobs => {
  const { book, ledger, scheduler, fleet, clock, logger } = dependencies;
  const { isAnyWaiting, onLoaded, onFreed, onEnd, onNotWritten } = dependencies;
  const active = new Map<string, ActiveJob>();
  const spares = createSpareSockets(dependencies);
  let isStopped = false;

  const ended = (entry: ActiveJob, end: RunEnd): void => {
    if (isStopped) return;
    onEnd(entry, end).catch((error: unknown) =>
      logger.error('The end of a job could not be handled.', { jobId: entry.jobId, error: String(error) }),
    );
  };

  const isGivenMore = ({ instance }: ActiveJob): boolean =>
    [...active.values()].some((other) => !other.freed && other.instance.instanceId === instance.instanceId);

  const begin = (
    record: JobRecord,
    entry: ActiveJob,
    { look, socket }: { readonly look: 'skip' | 'first' | 'only'; readonly socket: ComfySocket | null },
  ): void => {
    const { jobId, job, instance } = entry;
    try {
      entry.run = startRun(
        { ...dependencies, fleet, ledger },
        { record, instance, loaders: job.shape.loaders, look, socket },
        {
          started: () => {
            scheduler.started(jobId, clock.now());
            if (isStopped) return;
            if (isAnyWaiting()) spares.prepare(instance.instanceId, instance.endpoint);
            else spares.prepareSoon(instance.instanceId, instance.endpoint);
          },
          loaded: () => {
            scheduler.loaded(jobId, clock.now());
            if (!isStopped) onLoaded();
          },
          succeeded: (executed) => {
            if (isStopped || entry.freed) return 'nothing';
            entry.freed = true;
            onFreed(entry, { executed });
            return isGivenMore(entry) ? 'next-job' : 'nothing';
          },
        },
      );
    } catch (error) {
      // The graph could not be read from disk.
      socket?.close();
      ended(entry, endOfError(error));
      return;
    }
    entry.run.end
      .then((end) => ended(entry, end))
      .catch((error: unknown) => logger.error('A run failed.', { jobId, error: String(error) }));
  };

  /** Sends the prompt now that it is written where it goes, unless something came in between. */
  const send = (entry: ActiveJob, look: 'skip' | 'first', socket: ComfySocket | null): void => {
    const record = book.get(entry.jobId);
    const { loss, cancelWanted } = entry;
    const isWanted = !isStopped && record !== undefined;
    if (isWanted && !cancelWanted && loss === null) {
      begin(record, entry, { look, socket });
      return;
    }
    socket?.close();
    if (!isWanted) return;
    if (cancelWanted || loss === null) ended(entry, cancelledEnd);
    else ended(entry, { kind: 'lost', code: loss.code, details: { ...loss.details, reason: 'instance-lost' } });
  };

  const enter = (job: SchedulingJob, instance: FleetCandidate, recovered: boolean): ActiveJob => {
    const { jobId } = job;
    const entry: ActiveJob = {
      jobId,
      job,
      instance,
      recovered,
      run: null,
      loss: null,
      freed: false,
      cancelWanted: false,
    };
    active.set(jobId, entry);
    return entry;
  };

  return {
    assign: (record, job, instance, placement) => {
      const { jobId } = job;
      const { instanceId, readyAt, outputFolders } = instance;
      const at = clock.now();
      const entry = enter(job, instance, false);
      const look = record.view.tries > 0 ? 'first' : 'skip';
      // One that was there before may still be, and is heard under its own client id only.
      const socket = look === 'skip' ? spares.take(instanceId, instance.endpoint) : null;
      book.change(jobId, {
        outputFolders,
        refusal: null,
        intent: { instanceId, readyAt, at, clientId: socket?.clientId ?? null },
        view: { state: 'assigned', instanceId, placement, assignedAt: at, tries: record.view.tries + 1 },
      });
      ledger.event(jobId, 'assigned', instanceId);
      fleet.jobStarted(instanceId, jobId);
      ledger.settle(durabilityFor(instance)).then(
        () => send(entry, look, socket),
        (error: unknown) => {
          socket?.close();
          logger.warn('A job is not handed out, since that could not be written.', { jobId, error: String(error) });
          if (!isStopped) onNotWritten(entry);
        },
      );
    },
    follow: (record, job, instance) => {
      const { instanceId, readyAt, outputFolders } = instance;
      const entry = enter(job, instance, true);
      scheduler.adopt(job, instanceId, clock.now());
      const { placement } = record.view;
      book.change(job.jobId, {
        intent: record.intent ?? { instanceId, readyAt, at: clock.now(), clientId: null },
        outputFolders,
        view: { state: 'assigned', instanceId, placement, reason: { code: 'uncertain', details: { instanceId } } },
      });
      ledger.event(job.jobId, 'uncertain', instanceId);
      fleet.jobStarted(instanceId, job.jobId);
      begin(record, entry, { look: 'only', socket: null });
    },
    get: (jobId) => active.get(jobId),
    remove: (jobId) => {
      const instanceId = active.get(jobId)?.instance.instanceId;
      active.delete(jobId);
      const isBusy = [...active.values()].some(({ instance }) => instance.instanceId === instanceId);
      if (instanceId !== undefined && !isBusy) spares.rest(instanceId);
    },
    ids: () => [...active.keys()],
    cancel: (jobId) => {
      const entry = active.get(jobId);
      if (entry === undefined) return false;
      entry.cancelWanted = true;
      entry.run?.cancel();
      return true;
    },
    lose: (loss) => {
      if (!loss.runsOn) spares.drop(loss.instanceId);
      for (const entry of active.values()) {
        if (entry.instance.instanceId !== loss.instanceId) continue;
        entry.loss = loss;
        entry.run?.lose(loss.code, { ...loss.details, reason: 'instance-lost' });
      }
    },
    stop: async () => {
      isStopped = true;
      spares.stop();
      const runs = [...active.values()].flatMap(({ run }) => (run === null ? [] : [run]));
      for (const run of runs) run.lose('CONNECTION_LOST', { reason: 'stopped' });
      await Promise.all(runs.map(({ end }) => end));
    },
  };
};
