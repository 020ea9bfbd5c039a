import type { InstanceConfiguration, InstanceView } from '#contract/models/instance.ts';
import { baseUrlOf } from '../endpoint.ts';
import type { JobOutcome } from '../fleet-interface.ts';
import type { InstanceRunner } from '../instance-runner.ts';
import { healthOf, pidOf, statusOf } from '../instance-view.ts';
import type { Life } from '../life.ts';

export type Statistics = InstanceView['statistics'];

/** One instance of the fleet: its runner, its jobs, and what is counted of both. */
export interface FleetEntry {
  readonly runner: InstanceRunner;
  /** Jobs that fill a slot, oldest first. */
  readonly jobs: Set<string>;
  statistics: Statistics;
  /** It was asked to free its memory while it worked, and does so after the prompt that runs (comfyui-protocol.md 6). */
  freesLater: boolean;
  /** What it told of its device last, and the configuration that it ran with then. */
  lastDevice: { readonly device: InstanceView['device']; readonly configuration: InstanceConfiguration } | null;
  /** Being removed: no command is taken any more. */
  isLeaving: boolean;
}

const noStatistics: Statistics = {
  totalWorkflows: 0,
  successfulWorkflows: 0,
  failedWorkflows: 0,
  restarts: 0,
  lastUsedAt: null,
};

export const createFleetEntry = (runner: InstanceRunner): FleetEntry => ({
  runner,
  jobs: new Set(),
  statistics: noStatistics,
  freesLater: false,
  lastDevice: null,
  isLeaving: false,
});

export const countStart = (statistics: Statistics, at: number): Statistics => ({
  ...statistics,
  totalWorkflows: statistics.totalWorkflows + 1,
  lastUsedAt: at,
});

export const countEnd = (statistics: Statistics, outcome: JobOutcome): Statistics => ({
  ...statistics,
  successfulWorkflows: statistics.successfulWorkflows + (outcome === 'succeeded' ? 1 : 0),
  failedWorkflows: statistics.failedWorkflows + (outcome === 'failed' ? 1 : 0),
});

/** A start that follows on a crash, in contrast to one that somebody asked for in a stopped state. */
export const countRestart = (statistics: Statistics, previous: Life, next: Life): Statistics =>
  previous.state.kind === 'waiting' && next.state.kind === 'starting'
    ? { ...statistics, restarts: statistics.restarts + 1 }
    : statistics;

/** A job may start it, and it is down with nothing wrong. */
export const startsOnDemand = ({ runner, isLeaving }: FleetEntry): boolean => {
  const { enabled, idle } = runner.configuration();
  const { remote, state } = runner.life();
  return !remote && enabled && idle.startOnDemand && state.kind === 'stopped' && !isLeaving;
};

/** Kept for the time when it does not run. */
export const rememberDevice = (entry: FleetEntry): void => {
  const { device } = entry.runner.deviceCheck();
  if (device !== null && showsDevice(entry.runner.life().state.kind)) {
    entry.lastDevice = { device, configuration: entry.runner.launchedConfiguration() };
  }
};

const deviceFields = ['kind', 'program', 'url', 'gpuDevice', 'sandbox'] as const;

/** The device that it runs on or ran on last; null where nobody knows, or where the configuration names another one since. */
export const knownDevice = ({ runner, lastDevice }: FleetEntry): InstanceView['device'] => {
  if (lastDevice === null) return null;
  const isAsBefore = (configuration: InstanceConfiguration): boolean =>
    deviceFields.every(
      (field) => JSON.stringify(configuration[field]) === JSON.stringify(lastDevice.configuration[field]),
    );
  return showsDevice(runner.life().state.kind) || isAsBefore(runner.configuration()) ? lastDevice.device : null;
};

/** The address in the card: where it listens now, else where it will. */
const endpointText = (configuration: InstanceConfiguration, runner: InstanceRunner): string =>
  runner.life().process === 'none' ? baseUrlOf(configuration) : runner.endpoint().baseUrl;

const showsDevice = (kind: Life['state']['kind']): boolean =>
  kind === 'ready' || kind === 'unresponsive' || kind === 'paused';

export const viewOf = ({ runner, jobs, statistics }: FleetEntry): InstanceView => {
  const configuration = runner.configuration();
  const { state } = runner.life();
  return {
    configuration,
    status: statusOf(state),
    health: healthOf(state),
    state,
    endpoint: endpointText(configuration, runner),
    pid: pidOf(state),
    device: showsDevice(state.kind) ? runner.deviceCheck().device : null,
    runningJobIds: [...jobs],
    draining: runner.life().draining,
    statistics,
    warnings: [...runner.warnings()],
  };
};
