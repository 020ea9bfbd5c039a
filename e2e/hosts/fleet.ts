import { expect } from '@playwright/test';
import type { CallInput, CallName, CallOutput } from '../../src/contract/calls/index.ts';
import type { InstanceView } from '../../src/contract/models/instance.ts';
import { isListening } from '../../test/processes.ts';
import { callStudio } from '../../test/studio-client.ts';
import type { HeadlessStudio } from './headless-studio.ts';

type Draft = CallInput<'instances.create'>['draft'];
type Settings = CallOutput<'settings.get'>;

/** An instance that a journey wants; what is left out is that of a quick sandbox. */
export interface Wish extends Partial<Omit<Draft, 'sandbox'>> {
  readonly name: string;
  /** Started and healthy before the journey goes on; true where nothing is said. */
  readonly started?: boolean;
  /** 0.5 = half as fast. */
  readonly speed?: number;
  /** Simulated work runs this many times faster than real time. */
  readonly clock?: number;
  /** Switches of the sandbox, faults included. */
  readonly switches?: readonly string[];
}

/** The instances of one journey, made over the API of the studio as another program would. */
export interface Fleet {
  readonly call: <Name extends CallName>(name: Name, input: CallInput<Name>) => Promise<CallOutput<Name>>;
  make(...wishes: readonly Wish[]): Promise<void>;
  get(name: string): Promise<InstanceView>;
  /** Lets something go wrong in the server of an instance (see src/sandbox/README.md). */
  fault(name: string, fault: string, more?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Settings for this journey alone. */
  settings(changes: Partial<Settings>): Promise<void>;
  /** Forgets the jobs and instances of the journey and takes its settings back. */
  clear(): Promise<void>;
}

const firstPort = 30_000;
const portCount = 2_000;

const freePort = async (): Promise<number> => {
  for (;;) {
    const port = firstPort + Math.floor(Math.random() * portCount);
    if (!(await isListening(port))) return port;
  }
};

const draftOf = async ({ name, started: _started, speed, clock, switches, ...more }: Wish): Promise<Draft> => ({
  name,
  kind: 'local',
  program: 'sandbox',
  port: await freePort(),
  sandbox: {
    speed: speed ?? 1,
    clock: clock ?? 20,
    vramBytes: 24 * 1024 ** 3,
    arguments: ['--sandbox-control', '--sandbox-start-delay', '0', ...(switches ?? [])],
  },
  ...more,
});

/** The fleet of a studio, empty at first. */
export const fleetOf = async (studio: HeadlessStudio): Promise<Fleet> => {
  const call: Fleet['call'] = (name, input) => callStudio(studio, name, input);
  const usual = await call('settings.get', {});
  const list = async (): Promise<readonly InstanceView[]> => (await call('instances.list', {})).instances;
  const get = async (name: string): Promise<InstanceView> => {
    const view = (await list()).find(({ configuration }) => configuration.name === name);
    if (view === undefined) throw new Error(`No instance is called ${name}.`);
    return view;
  };
  return {
    call,
    get,
    make: async (...wishes) => {
      for (const wish of wishes) {
        const { configuration } = await call('instances.create', { draft: await draftOf(wish) });
        if (wish.started !== false) await call('instances.start', { instanceId: configuration.id });
      }
      for (const { name, started } of wishes) {
        if (started !== false) await expect.poll(async () => (await get(name)).health).toBe('healthy');
      }
    },
    fault: async (name, fault, more = {}) => {
      const { endpoint } = await get(name);
      const body = JSON.stringify({ fault, ...more });
      const answer = await fetch(`${endpoint}/sandbox/fault`, { method: 'POST', body });
      if (!answer.ok) throw new Error(`${fault}: HTTP ${answer.status} ${await answer.text()}`);
    },
    settings: async (changes) => {
      await call('settings.update', { changes });
    },
    clear: async () => {
      const { jobs } = await call('jobs.list', { states: ['queued', 'assigned', 'running', 'parked'], limit: 200 });
      await call('jobs.cancelMany', { waiting: true });
      for (const { id } of jobs) await call('jobs.cancel', { jobId: id });
      for (const { configuration } of await list()) await call('instances.delete', { instanceId: configuration.id });
      await call('jobs.clearFinished', {});
      await call('queue.setMode', { mode: 'running' });
      await call('settings.update', { changes: usual });
    },
  };
};
