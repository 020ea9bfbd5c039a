import type { InstanceConfiguration, InstanceReason } from '#contract/models/instance.ts';
import type { ComfyEndpoint } from '#core/ports/comfy-client.ts';
import type { InstanceLog } from '#core/ports/instance-log.ts';
import type { RunRecord } from '#core/ports/process-host.ts';
import { assertNever } from '#core/shared/never.ts';
import { baseUrlOf, httpAddress } from './endpoint.ts';
import type { FleetDependencies, ProbeReading } from './fleet-interface.ts';
import type { DeviceCheck } from './health/device-check.ts';
import { createInstanceWatch } from './health/instance-watch.ts';
import type { VitalsReader } from './health/vitals.ts';
import { initialLife, type Life, type LifeEffect, type LifeEvent, type LossCause } from './life.ts';
import { createLifeTimers } from './life-timers.ts';
import { limited } from './limited.ts';
import type { LogSignal } from './log/log-progress.ts';
import { createRunLog, type RunLog } from './log/run-log.ts';
import { adoptProcess } from './processes/adopt-process.ts';
import type { LoadToken } from './processes/load-token.ts';
import { createProcessKeeper } from './processes/process-keeper.ts';
import { isRunning } from './transition/leave.ts';
import { transition } from './transition.ts';

/**
 * The thin shell around one life: hands events to `transition`, performs the effects over the ports, and turns what the ports tell
 * into events. It decides nothing.
 */
export interface InstanceRunner {
  life(): Life;
  send(event: LifeEvent): void;
  configuration(): InstanceConfiguration;
  /** The configuration that the process at hand was started with. */
  launchedConfiguration(): InstanceConfiguration;
  /** `authorization` is the header of a remote instance. A running process keeps what it was started with. */
  configure(configuration: InstanceConfiguration, authorization: string | null): void;
  endpoint(): ComfyEndpoint;
  deviceCheck(): DeviceCheck;
  warnings(): readonly InstanceReason[];
  probeReading(): ProbeReading;
  noteActivity(sampling?: boolean): void;
  /** Looks whether the process of an earlier studio lives; takes it over, or begins to stop it when it has lost its port. */
  adopt(record: RunRecord): Promise<void>;
  /** Resolves once no process of it is left and none is coming. */
  whenGone(): Promise<void>;
  /** Lets go of everything; a living process stays. Nothing is sent or performed afterwards. */
  release(): Promise<void>;
}

/** Signs of progress in the log are passed on at most this often: a start may write thousands of lines. */
const progressEveryMs = 1_000;

export const isGone = ({ process, state }: Life): boolean =>
  process === 'none' && (state.kind === 'stopped' || state.kind === 'failed' || state.kind === 'waiting');

export const createInstanceRunner = (options: {
  readonly configuration: InstanceConfiguration;
  readonly authorization: string | null;
  readonly dependencies: FleetDependencies;
  readonly loadToken: LoadToken;
  readonly vitals: VitalsReader;
  /** The life or something else that is shown has changed. */
  readonly onChange: (previous: Life) => void;
  readonly onLost: (cause: LossCause, reason: InstanceReason) => void;
  /** Its log shows work, of whomever. */
  readonly onWork: () => void;
  /** Its log says that it holds no models any more. */
  readonly onUnloaded: () => void;
}): InstanceRunner => {
  const { dependencies, loadToken, vitals, onChange, onLost, onWork, onUnloaded } = options;
  const { instanceLogs, clock, logger, policy } = dependencies;
  const { id, kind, restartPolicy } = options.configuration;
  let { configuration, authorization } = options;
  let launchedConfiguration = configuration;
  let life = initialLife({ remote: kind === 'remote', restartPolicy });
  let warnings: readonly InstanceReason[] = [];
  let openLog: { readonly log: InstanceLog; readonly reader: RunLog } | null = null;
  let lastProgressAt = Number.NEGATIVE_INFINITY;
  let isReleased = false;
  let isStepping = false;
  let waiters: (() => void)[] = [];
  const events: LifeEvent[] = [];

  const warn = (reason: InstanceReason): void => {
    warnings = [...warnings.filter(({ code }) => code !== reason.code), reason];
    onChange(life);
  };

  const step = (event: LifeEvent): void => {
    const previous = life;
    const { next, effects } = transition(previous, event, clock.now(), policy);
    life = next;
    if (next !== previous) onChange(previous);
    for (const effect of effects) perform(effect);
    if (!isGone(life)) return;
    for (const resolve of waiters) resolve();
    waiters = [];
  };

  /** An effect may answer at once; its event waits until the effects before it are done. */
  const send = (event: LifeEvent): void => {
    if (isReleased) return;
    events.push(event);
    if (isStepping) return;
    isStepping = true;
    try {
      for (let next = events.shift(); next !== undefined; next = events.shift()) step(next);
    } finally {
      isStepping = false;
    }
  };

  const onSignal = (signal: LogSignal): void => {
    if (signal.kind === 'phase') send({ type: 'log-progress', run: life.run, phase: signal.phase });
    if (signal.kind === 'rebooting') send({ type: 'rebooting', run: life.run });
    if (signal.kind === 'sampling') watch.noteProgress(signal.active);
    if (signal.kind === 'sampling' || signal.kind === 'prompt') onWork();
    if (signal.kind === 'unloaded' && isRunning(life.state)) onUnloaded();
  };

  const onProgress = (): void => {
    watch.noteProgress();
    if (clock.now() - lastProgressAt < progressEveryMs) return;
    lastProgressAt = clock.now();
    send({ type: 'log-progress', run: life.run, phase: null });
  };

  /** Opened when it is needed first, since most instances of a big fleet may never run. */
  const runLog = (): { readonly log: InstanceLog; readonly reader: RunLog } => {
    if (openLog === null) {
      const log = instanceLogs.open(id);
      openLog = { log, reader: createRunLog(log, { onProgress, onSignal }) };
    }
    return openLog;
  };

  const endpoint = (): ComfyEndpoint => {
    const { host, port } = keeper.address();
    return { baseUrl: life.remote ? baseUrlOf(configuration) : httpAddress(host, port), authorization };
  };

  const timers = createLifeTimers(clock, (timer) => send({ type: 'timer', timer }));
  const seen = { dependencies, configuration: () => configuration, life: () => life, send };
  const keeper = createProcessKeeper({ ...seen, runLog });
  const lastLines = (): readonly string[] => openLog?.reader.lines() ?? [];
  const watch = createInstanceWatch({ ...seen, vitals, keeper, endpoint, lastLines, warn });

  const beginLaunch = (run: number): void => {
    launchedConfiguration = configuration;
    warnings = [];
    watch.forgetDevice();
    keeper.launch(run);
  };

  const probe = (mode: 'off' | 'start' | 'steady', run: number): void => {
    if (mode === 'off') watch.off();
    else if (mode === 'start') watch.start(run);
    else watch.steady(run);
  };

  const perform = (effect: LifeEffect): void => {
    switch (effect.type) {
      case 'request-token':
        return loadToken.request(id, () => send({ type: 'token-granted' }));
      case 'release-token':
        return loadToken.release(id);
      case 'launch':
        return beginLaunch(effect.run);
      case 'cancel-launch':
        return keeper.cancelLaunch();
      case 'signal':
        return keeper.signal(effect.signal);
      case 'probe':
        return probe(effect.mode, effect.run);
      case 'schedule':
        return timers.schedule(effect.timer, effect.delayMs);
      case 'cancel':
        return timers.cancel(effect.timer);
      case 'verify-gone':
        return keeper.verify(effect.run);
      case 'write-record':
        return keeper.writeRecord();
      case 'remove-record':
        return keeper.removeRecord();
      case 'lose-jobs':
        return onLost(effect.cause, effect.reason);
      case 'warn':
        logger.warn('Something of a stopped instance is left', { instanceId: id, ...effect.reason.details });
        return warn(effect.reason);
      default:
        return assertNever(effect);
    }
  };

  const adopt = async (record: RunRecord): Promise<void> => {
    const survivor = await adoptProcess(record, dependencies);
    if (survivor === null) return keeper.removeRecord();
    const { process, stats } = survivor;
    keeper.setAddress({ host: record.host, port: record.port });
    await limited(runLog().log.flush(), policy.logFlushLimitMs, clock);
    if (stats !== null) await watch.readDevice(stats);
    keeper.attach(process, life.run + 1);
    const { launchedAt } = record;
    const { pid } = process.identity;
    send({ type: 'adopted', pid, launchedAt, version: stats?.version ?? '', found: survivor.found });
  };

  return {
    life: () => life,
    send,
    configuration: () => configuration,
    launchedConfiguration: () => launchedConfiguration,
    configure: (changed, changedAuthorization) => {
      configuration = changed;
      authorization = changedAuthorization;
      if (life.process === 'none') keeper.setAddress({ host: changed.host, port: changed.port });
      send({ type: 'configured', restartPolicy: changed.restartPolicy });
    },
    endpoint,
    deviceCheck: () => watch.deviceCheck(),
    warnings: () => warnings,
    probeReading: () => watch.reading(),
    noteActivity: (sampling) => watch.noteActivity(sampling),
    adopt,
    whenGone: () => (isGone(life) ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    release: async () => {
      isReleased = true;
      timers.cancelAll();
      loadToken.release(id);
      watch.off();
      openLog?.reader.close();
      await keeper.release();
    },
  };
};
