import { afterAll, beforeAll } from 'vitest';
import type { CallInput } from '#contract/calls/index.ts';
import type { InstanceDraft, InstanceView } from '#contract/models/instance.ts';
import type { HeadlessStudio } from '../../e2e/hosts/headless-studio.ts';
import { callStudio, getInstance, pidOf, waitFor, waitForInstance } from '../studio-client.ts';
import { createSandbox, type OnFinished, openDataFolder, openStudio } from '../studio-fixture.ts';

/** A gateway with the instances behind it. */
export interface GatewayFleet {
  readonly studio: HeadlessStudio;
  readonly dataFolder: string;
  /** http://host:port */
  readonly address: string;
  readonly port: number;
  readonly instanceIds: readonly string[];
}

export interface FleetOptions {
  readonly count?: number;
  /** Simulated work runs this many times faster. */
  readonly clock?: number;
  /** Switches of every sandbox; those that most tests want where nothing is said. */
  readonly switches?: readonly string[];
  readonly draft?: Partial<InstanceDraft>;
  readonly settings?: CallInput<'settings.update'>['changes'];
  readonly dataFolder?: string;
  /** A class that every instance has, by which the gateway is known to have read what they can do. */
  readonly probeClass?: string;
}

/** The classes of the recordings can take as long as a test wants, and faults strike on request. */
const usualSwitches = ['--sandbox-test-nodes', '--sandbox-control', '--preview-method', 'auto'];

const fleetOf = (studio: HeadlessStudio, dataFolder: string, instanceIds: readonly string[]): GatewayFleet => {
  const address = studio.ready.gateway;
  return { studio, dataFolder, address, port: Number(new URL(address).port), instanceIds };
};

/** A studio in front of sandbox instances that all run. */
export const openFleet = async (onFinished: OnFinished, options: FleetOptions = {}): Promise<GatewayFleet> => {
  const { count = 3, clock = 50, switches = usualSwitches, settings = {}, draft = {} } = options;
  const dataFolder = options.dataFolder ?? (await openDataFolder(onFinished));
  const studio = await openStudio(onFinished, { dataFolder });
  // Jobs of milliseconds teach the fastest-finish strategy nothing; these tests want every GPU used.
  const changes = { maxConcurrentStarts: 16, balancingStrategy: 'least-loaded' as const, ...settings };
  await callStudio(studio, 'settings.update', { changes });
  const ids = Array.from({ length: count }, (_, index) => `gpu${index}`);
  await Promise.all(ids.map((id) => createSandbox(studio, id, { clock, faults: [...switches], draft })));
  await Promise.all(ids.map((instanceId) => callStudio(studio, 'instances.start', { instanceId })));
  const fleet = fleetOf(studio, dataFolder, ids);
  await untilAllRun(fleet, options.probeClass);
  return fleet;
};

/** The same fleet after its studio was ended: a new studio on the old data folder. */
export const reopenFleet = async (onFinished: OnFinished, fleet: GatewayFleet): Promise<GatewayFleet> => {
  const studio = await openStudio(onFinished, { dataFolder: fleet.dataFolder });
  return fleetOf(studio, fleet.dataFolder, fleet.instanceIds);
};

/** One fleet for all tests of a file. */
export const shareFleet = (options: FleetOptions = {}): (() => GatewayFleet) => {
  const cleanups: (() => Promise<void>)[] = [];
  let fleet: GatewayFleet | null = null;
  beforeAll(async () => {
    fleet = await openFleet((cleanup) => cleanups.push(cleanup), options);
  });
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  return () => {
    if (fleet === null) throw new Error('The fleet is not there yet.');
    return fleet;
  };
};

/** Every instance runs, and the gateway has read what it can do. */
export const untilAllRun = async (
  { studio, instanceIds, address }: GatewayFleet,
  probeClass = 'RSteps',
): Promise<void> => {
  await Promise.all(
    instanceIds.map((id) =>
      waitForInstance(studio, id, ({ status, health }) => status === 'running' && health === 'healthy', 60_000),
    ),
  );
  await waitFor(
    'node classes of the gateway',
    async () => {
      const answer = await fetch(`${address}/object_info/${probeClass}`);
      return answer.ok ? Object.keys(JSON.parse(await answer.text())) : [];
    },
    (names) => names.includes(probeClass),
  );
};

/** Which instance a job was given to, by the studio's own word; null while none has it. */
export const instanceOfJob = async ({ studio }: GatewayFleet, jobId: string): Promise<string | null> =>
  (await callStudio(studio, 'jobs.get', { jobId })).instanceId;

/** Waits until a job runs and answers its instance. */
export const untilRunning = async (fleet: GatewayFleet, jobId: string): Promise<InstanceView> => {
  const job = await waitFor(
    `job ${jobId}`,
    () => callStudio(fleet.studio, 'jobs.get', { jobId }),
    ({ state }) => state !== 'queued' && state !== 'assigned',
    30_000,
  );
  if (job.instanceId === null) throw new Error(`job ${jobId} has no instance: ${job.state}`);
  return getInstance(fleet.studio, job.instanceId);
};

/** The GPU process of a job ends without a word. */
export const killInstanceOf = async (fleet: GatewayFleet, jobId: string): Promise<InstanceView> => {
  const instance = await untilRunning(fleet, jobId);
  process.kill(pidOf(instance), 'SIGKILL');
  return instance;
};
