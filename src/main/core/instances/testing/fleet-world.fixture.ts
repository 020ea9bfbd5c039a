import { StudioError } from '#contract/errors.ts';
import {
  type InstanceConfiguration,
  type InstanceState,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import { type Settings, settingsSchema } from '#contract/models/settings.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { InstanceProcess, LaunchPlan } from '#core/ports/process-host.ts';
import { createFleet } from '../fleet.ts';
import type { Fleet, FleetDependencies, FleetEvent } from '../fleet-interface.ts';
import { defaultLifePolicy, type LifePolicy } from '../policy.ts';
import { createFakeClock, type FakeClock, settle } from './fake-clock.fixture.ts';
import { createFakeComfyServers, type FakeComfyServers } from './fake-comfy-servers.fixture.ts';
import { createFakeLogs, type FakeLogs } from './fake-logs.fixture.ts';
import { createFakeMachine, type FakeMachine } from './fake-machine.fixture.ts';
import { createFakeProcessHost, type FakeProcess, type FakeProcessHost } from './fake-process-host.fixture.ts';
import { createMemoryStores, type MemoryStores } from './memory-stores.fixture.ts';

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A configuration with its defaults. */
export const makeConfiguration = (changes: Partial<InstanceConfiguration> & { id: string }): InstanceConfiguration =>
  instanceConfigurationSchema.parse({ name: changes.id, ...changes });

export const local = (id: string, changes: Partial<InstanceConfiguration> = {}): InstanceConfiguration =>
  makeConfiguration({ id, port: 8188, ...changes });

export const elsewhere = (changes: Partial<InstanceConfiguration> = {}): InstanceConfiguration =>
  makeConfiguration({ id: 'far', kind: 'remote', url: 'https://far.example:8443/', ...changes });

/** The code of the error that a call fails with. */
export const codeOf = async (call: () => unknown): Promise<string> => {
  try {
    await call();
  } catch (error) {
    if (error instanceof StudioError) return error.code;
    throw error;
  }
  return 'no error';
};

export const lossesOf = ({ events }: Pick<FleetWorld, 'events'>): readonly FleetEvent[] =>
  events.filter((event) => event.type === 'lost');

/** Cuts a studio off from the machine at once, as kill -9 does: its timers stop, and it hears and does nothing any more. */
const mortal = (dependencies: FleetDependencies): { dependencies: FleetDependencies; kill: () => void } => {
  let isAlive = true;
  const never = new Promise<never>(() => {});
  const whileAlive = <Value>(promise: Promise<Value>): Promise<Value> =>
    promise.then((value) => (isAlive ? value : never));
  const watch = (process: InstanceProcess): InstanceProcess => ({
    ...process,
    exited: whileAlive(process.exited),
    signal: (signal) => {
      if (isAlive) process.signal(signal);
    },
  });
  const { clock, processHost } = dependencies;
  return {
    kill: () => {
      isAlive = false;
    },
    dependencies: {
      ...dependencies,
      clock: {
        now: () => clock.now(),
        schedule: (delayMs, task) =>
          clock.schedule(delayMs, () => {
            if (isAlive) task();
          }),
      },
      processHost: {
        launch: async (plan) => watch(await processHost.launch(plan)),
        adopt: async (instanceId, identity) => {
          const process = await processHost.adopt(instanceId, identity);
          return process === null ? null : watch(process);
        },
      },
    },
  };
};

/** A whole machine in memory, and the fleet on it. */
export interface FleetWorld {
  readonly clock: FakeClock;
  readonly host: FakeProcessHost;
  readonly comfy: FakeComfyServers;
  readonly logs: FakeLogs;
  readonly machine: FakeMachine;
  readonly stores: MemoryStores;
  readonly settings: { current: Settings };
  readonly events: FleetEvent[];
  fleet: Fleet;
  readonly policy: LifePolicy;
  /** The studio dies as by kill -9 and another one opens on the same machine and disk. */
  killStudioAndReopen(): Promise<void>;
  /** Another studio opens, after the first was closed. */
  reopen(): Promise<void>;
  state(instanceId: string): InstanceState;
  /** The instance's process binds its port and answers, and the fleet has noticed. */
  comesUp(instanceId: string): Promise<FakeProcess>;
  /** Starts an instance and brings it up. */
  startReady(instanceId: string): Promise<FakeProcess>;
}

export const createFleetWorld = async (
  configurations: readonly InstanceConfiguration[],
  options: {
    readonly policy?: LifePolicy;
    readonly settings?: Partial<Settings>;
    readonly planLaunch?: (configuration: InstanceConfiguration) => Promise<LaunchPlan>;
  } = {},
): Promise<FleetWorld> => {
  const clock = createFakeClock();
  const host = createFakeProcessHost();
  const comfy = createFakeComfyServers(clock);
  const logs = createFakeLogs();
  const machine = createFakeMachine();
  const stores = createMemoryStores();
  stores.document = { instances: configurations, activeInstanceId: null };
  const settings = { current: settingsSchema.parse(options.settings ?? {}) };
  const events: FleetEvent[] = [];
  const planLaunch =
    options.planLaunch ??
    ((configuration) =>
      Promise.resolve({
        instanceId: configuration.id,
        command: '/venv/bin/python',
        arguments: ['main.py', '--port', String(configuration.port)],
        environment: { ...configuration.environmentVariables },
        workingFolder: '/comfy',
        foldersToCreate: [],
        port: configuration.port,
      }));
  const dependencies: FleetDependencies = {
    processHost: host,
    runRecords: stores.runRecords,
    comfyClient: comfy.client,
    instanceLogs: logs,
    portProbe: machine.portProbe,
    gpuProbe: machine.gpuProbe,
    processMetrics: machine.processMetrics,
    store: stores.fleet,
    secrets: stores.secrets,
    clock,
    random: () => 0.5,
    logger: silent,
    policy: options.policy ?? defaultLifePolicy,
    settings: () => settings.current,
    planLaunch,
  };

  let killStudio = (): void => {};

  const open = async (): Promise<Fleet> => {
    const studio = mortal(dependencies);
    killStudio = studio.kill;
    const fleet = createFleet(studio.dependencies);
    fleet.onEvent((event) => events.push(event));
    const progress = { isOpen: false };
    const opening = fleet.open().then(() => {
      progress.isOpen = true;
    });
    for (let waited = 0; !progress.isOpen && waited < 120; waited += 1) await clock.advance(waited === 0 ? 0 : 500);
    await opening;
    return fleet;
  };

  const world: FleetWorld = {
    clock,
    host,
    comfy,
    logs,
    machine,
    stores,
    settings,
    events,
    fleet: await open(),
    policy: dependencies.policy,
    killStudioAndReopen: async () => {
      killStudio();
      world.fleet = await open();
    },
    reopen: async () => {
      world.fleet = await open();
    },
    state: (instanceId) => world.fleet.get(instanceId).state,
    comesUp: async (instanceId) => {
      const process = host.processOf(instanceId);
      const { port } = process.plan;
      const server = comfy.at(`http://127.0.0.1:${port}`);
      server.mode = 'answers';
      server.arguments = process.plan.arguments;
      machine.ports.set(port, { pid: process.identity.pid, name: 'python' });
      void process.exited.then(() => {
        server.mode = 'refuses';
        server.queueRemaining = 0;
        machine.ports.delete(port);
      });
      await clock.advance(dependencies.policy.startProbeIntervalMs);
      return process;
    },
    startReady: async (instanceId) => {
      world.fleet.start(instanceId);
      await settle();
      return world.comesUp(instanceId);
    },
  };
  return world;
};
