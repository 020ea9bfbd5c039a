import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { InstanceProcess, RunRecord, StopSignal } from '#core/ports/process-host.ts';
import { reasonOfError } from '../failures/failure-reason.ts';
import { explainEnd } from '../failures/failure-signatures.ts';
import type { FleetDependencies } from '../fleet-interface.ts';
import type { Life, LifeEvent } from '../life.ts';
import { limited } from '../limited.ts';
import type { RunLog } from '../log/run-log.ts';
import { type Launched, performLaunch } from './perform-launch.ts';
import { planHash } from './plan-hash.ts';
import { verifyGone } from './verify-gone.ts';

/** Owns the process group of an instance: starts it, hears its end, signals it, remembers it on disk. Answers come as events. */
export interface ProcessKeeper {
  launch(run: number): void;
  cancelLaunch(): void;
  /** Takes over a process that is alive; its end is heard from now on. */
  attach(process: InstanceProcess, run: number): void;
  signal(signal: StopSignal): void;
  verify(run: number): void;
  writeRecord(): void;
  removeRecord(): void;
  /** Whether a pid belongs to the group. */
  owns(pid: number): Promise<boolean>;
  /** Where the latest run listens. */
  address(): Address;
  setAddress(address: Address): void;
  /** Stops watching; a living process lives on. Resolves when the record on disk is as it should be. */
  release(): Promise<void>;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export const createProcessKeeper = (options: {
  readonly dependencies: FleetDependencies;
  readonly configuration: () => InstanceConfiguration;
  readonly life: () => Life;
  readonly send: (event: LifeEvent) => void;
  readonly runLog: () => { readonly log: { flush(): Promise<void> }; readonly reader: RunLog };
}): ProcessKeeper => {
  const { dependencies, configuration, life, send, runLog } = options;
  const { processHost, portProbe, runRecords, clock, random, logger, policy, planLaunch } = dependencies;
  let process: InstanceProcess | null = null;
  let record: RunRecord | null = null;
  let wantedLaunch = 0;
  let isReleased = false;
  let address: Address = { host: configuration().host, port: configuration().port };
  let lastRecordWork: Promise<void> = Promise.resolve();

  /** One write after the other, so that a removal cannot be overtaken by the write before it. */
  const recordWork = (work: () => Promise<void>): void => {
    lastRecordWork = lastRecordWork.then(work).catch((error: unknown) => {
      logger.warn('The run record of an instance cannot be kept', { instanceId: configuration().id, error });
    });
  };

  const attach = (attached: InstanceProcess, run: number): void => {
    process = attached;
    void attached.exited.then(async (exit) => {
      const { log, reader } = runLog();
      await limited(log.flush(), policy.logFlushLimitMs, clock);
      const reason = explainEnd({ exit, hadBeenReady: life().hasBeenReady, lines: reader.lines() });
      send({ type: 'exited', run, exit, reason, random: random() });
    });
  };

  const prepareLog = async (): Promise<void> => {
    const { log, reader } = runLog();
    await limited(log.flush(), policy.logFlushLimitMs, clock);
    reader.begin();
  };

  const take = (run: number, { process: launched, plan }: Launched): void => {
    const { id: instanceId, host } = configuration();
    address = { host, port: plan.port };
    record = {
      ...launched.identity,
      instanceId,
      host,
      port: plan.port,
      launchedAt: clock.now(),
      planHash: planHash(plan),
    };
    // Attached first: where the start is not wanted any more, the answer to this event is a signal.
    attach(launched, run);
    send({ type: 'launched', run, pid: launched.identity.pid });
  };

  /** A process that came up after its launch was given up has no owner: it must not live. */
  const discard = async ({ process: orphan }: Launched): Promise<void> => {
    orphan.signal('SIGKILL');
    await orphan.killSurvivors();
    orphan.release();
  };

  const launch = async (run: number): Promise<void> => {
    wantedLaunch = run;
    const launching = performLaunch({
      configuration: configuration(),
      planLaunch,
      portProbe,
      processHost,
      prepareLog,
      isWanted: () => wantedLaunch === run,
    });
    const outcome = await limited(launching, policy.launchLimitMs, clock);
    if (outcome.kind === 'done') {
      if (isReleased) await discard(outcome.value);
      else take(run, outcome.value);
      return;
    }
    const error =
      outcome.kind === 'failed'
        ? outcome.error
        : new StudioError('LAUNCH_TIMEOUT', undefined, { details: { limitMs: policy.launchLimitMs } });
    if (outcome.kind === 'late') {
      wantedLaunch = 0;
      launching.then(discard).catch((late: unknown) => {
        logger.warn('A launch that was given up has failed late', { instanceId: configuration().id, error: late });
      });
    }
    if (!(error instanceof StudioError)) logger.error('A launch failed', { instanceId: configuration().id, error });
    send({ type: 'launch-failed', run, reason: reasonOfError(error), random: random() });
  };

  return {
    launch: (run) => {
      void launch(run);
    },
    cancelLaunch: () => {
      wantedLaunch = 0;
    },
    attach,
    signal: (signal) => {
      process?.signal(signal);
    },
    verify: (run) => {
      if (process === null) return;
      const { host, port } = address;
      const options = { process, host, port, portProbe, clock, limitMs: policy.stop.verifyMs };
      void verifyGone(options).then((survivors) => {
        send({ type: 'verified', run, survivors, random: random() });
      });
    },
    writeRecord: () => {
      const written = record;
      if (written !== null) recordWork(() => runRecords.write(written));
    },
    removeRecord: () => {
      record = null;
      process?.release();
      process = null;
      address = { host: configuration().host, port: configuration().port };
      recordWork(() => runRecords.remove(configuration().id));
    },
    owns: async (pid) => {
      if (process === null) return false;
      if (process.identity.pid === pid) return true;
      const members = await process.survivors();
      return members.some((member) => member.pid === pid);
    },
    address: () => address,
    setAddress: (changed) => {
      address = changed;
    },
    release: () => {
      isReleased = true;
      wantedLaunch = 0;
      process?.release();
      process = null;
      return lastRecordWork;
    },
  };
};
