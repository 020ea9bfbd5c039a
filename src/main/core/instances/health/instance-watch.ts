import type { InstanceConfiguration, InstanceReason } from '#contract/models/instance.ts';
import type { ComfyEndpoint, SystemStats } from '#core/ports/comfy-client.ts';
import { evidenceOf } from '../failures/failure-signatures.ts';
import type { FleetDependencies } from '../fleet-interface.ts';
import { pidOf } from '../instance-view.ts';
import type { Life, LifeEvent } from '../life.ts';
import { limited } from '../limited.ts';
import type { ProcessKeeper } from '../processes/process-keeper.ts';
import { isRunning } from '../transition/leave.ts';
import { checkDevice, type DeviceCheck, noDevice } from './device-check.ts';
import { createProber, type Prober, type SteadyFinding } from './prober.ts';
import type { VitalsReader } from './vitals.ts';

/** Looks at one instance over HTTP and tells what it sees as events of its life. */
export interface InstanceWatch extends Pick<Prober, 'off' | 'noteProgress' | 'noteActivity' | 'reading'> {
  /** Until the first answer of the process itself. */
  start(run: number): void;
  /** Signs of life and of progress, from then on. */
  steady(run: number): void;
  deviceCheck(): DeviceCheck;
  readDevice(stats: SystemStats): Promise<void>;
  forgetDevice(): void;
}

const gpuListLimitMs = 5_000;

export const createInstanceWatch = (options: {
  readonly dependencies: FleetDependencies;
  readonly vitals: VitalsReader;
  readonly keeper: Pick<ProcessKeeper, 'address' | 'owns'>;
  readonly configuration: () => InstanceConfiguration;
  readonly endpoint: () => ComfyEndpoint;
  readonly life: () => Life;
  readonly lastLines: () => readonly string[];
  readonly send: (event: LifeEvent) => void;
  readonly warn: (reason: InstanceReason) => void;
}): InstanceWatch => {
  const { dependencies, vitals, keeper, configuration, endpoint, life, lastLines, send, warn } = options;
  const { portProbe, gpuProbe, comfyClient, clock, policy } = dependencies;
  const prober = createProber({ ...dependencies, endpoint });
  let device = noDevice;

  /** An answer counts only when it comes from the group: a stranger may have taken the port since it was checked. */
  const isOwnAnswer = async (): Promise<boolean> => {
    if (life().remote) return true;
    const { host, port } = keeper.address();
    const seen = await limited(portProbe.check(host, port), policy.probeTimeoutMs, clock);
    const ownerPid = seen.kind === 'done' ? (seen.value.owner?.pid ?? null) : null;
    return ownerPid === null || keeper.owns(ownerPid);
  };

  const readDevice = async (stats: SystemStats): Promise<void> => {
    const gpus = life().remote ? null : await limited(gpuProbe.list(), gpuListLimitMs, clock);
    device = checkDevice(stats, configuration(), gpus?.kind === 'done' ? gpus.value : []);
    if (device.warning !== null) warn(device.warning);
  };

  /** What survived the last studio without a word has to tell who it is before it is believed. */
  const onFirstAnswer = async (run: number): Promise<void> => {
    const stats = await comfyClient.systemStats(endpoint(), { timeoutMs: policy.probeTimeoutMs }).catch(() => null);
    if (stats === null || life().run !== run) return;
    if (await isOwnAnswer()) {
      await readDevice(stats);
      send({ type: 'answered', run, version: stats.version });
    } else {
      const { port } = keeper.address();
      send({ type: 'hung', run, reason: { code: 'LAUNCH_PORT_TAKEN', details: { port }, evidence: [] } });
    }
  };

  const isUnheard = (): boolean => {
    const { adopted, hasBeenReady, state } = life();
    return adopted && !hasBeenReady && isRunning(state);
  };

  const onFinding = (run: number, { failure, verdict }: SteadyFinding): void => {
    if (verdict.hung) {
      const { why, sinceMs } = verdict;
      const details = { why, sinceMs, queueRemaining: prober.reading().queueRemaining };
      const evidence = evidenceOf(lastLines());
      send({ type: 'hung', run, reason: { code: 'INSTANCE_HUNG', details, evidence } });
    } else if (failure === null && isUnheard()) void onFirstAnswer(run);
    else if (failure === null) send({ type: 'probe-succeeded', run });
    else send({ type: 'probe-failed', run, reason: failure });
  };

  return {
    off: () => prober.off(),
    noteProgress: (sampling) => prober.noteProgress(sampling),
    noteActivity: (sampling) => prober.noteActivity(sampling),
    reading: () => prober.reading(),
    start: (run) => {
      const { remote } = life();
      prober.watchStart({
        intervalMs: remote ? policy.probeIntervalMs : policy.startProbeIntervalMs,
        onAnswer: async (stats) => {
          if (!(await isOwnAnswer())) return false;
          await readDevice(stats);
          send({ type: 'answered', run, version: stats.version });
          return true;
        },
        onFailure: (reason) => {
          // A local one refuses connections until it is ready (comfyui-protocol.md 1.1); its log and its end tell the rest.
          if (remote) send({ type: 'probe-failed', run, reason });
        },
      });
    },
    steady: (run) => {
      const pid = pidOf(life().state);
      prober.watchSteady({
        readVitals: pid === null ? null : () => vitals.read(pid, device.gpuIndex),
        watchQueue: configuration().enableQueueMonitoring,
        isUnheard: isUnheard(),
        onFinding: (finding) => onFinding(run, finding),
      });
    },
    deviceCheck: () => device,
    readDevice,
    forgetDevice: () => {
      device = noDevice;
    },
  };
};
