import { StudioError } from '#contract/errors.ts';
import type { GatewayPortFinding } from '#contract/models/gateway.ts';
import {
  type FieldProblem,
  type InstanceConfiguration,
  type InstanceView,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import type { MigrationPlan } from '#contract/models/migration.ts';
import { type Settings, settingsSchema } from '#contract/models/settings.ts';
import { createTopicFeed } from '#contract/topic-feed.ts';
import type { StoredJournal } from '#core/ports/migration.ts';
import type { JournalEntry } from '#core/ports/migration-journal.ts';
import { createManualClock } from '../../jobs/manual-clock.fixture.ts';
import type { MigrationDependencies } from '../migration-dependencies.ts';
import { createMigrationRuns } from './migration-runs.ts';
import { planWith, site } from './plan.fixture.ts';

/** A studio and a machine in memory; `did` is what was done to them, in order. */
export interface MigrationWorld {
  readonly did: string[];
  readonly journal: JournalEntry[];
  readonly kept: Map<string, string>;
  readonly places: Set<string>;
  readonly instances: Map<string, InstanceConfiguration>;
  active: string | null;
  gatewayPort: number;
  settings: Settings;
  finding: GatewayPortFinding;
  plan: MigrationPlan | null;
  oldServers: Readonly<Record<string, string>>;
  /** What the rules for instances say of every draft. */
  problems: readonly FieldProblem[];
  /** Thrown before the named thing is done. */
  readonly failures: Map<string, StudioError>;
  /** Waited for before the named thing is done. */
  readonly gates: Map<string, Promise<void>>;
}

// Tests read of an instance what stands here.
const viewOf = (configuration: InstanceConfiguration): InstanceView =>
  ({
    configuration,
    pid: 1,
    runningJobIds: [],
    warnings: [],
    state: { kind: 'ready' },
  }) as unknown as InstanceView;

const emptyBody = async function* (text: string) {
  yield new TextEncoder().encode(text);
};

export const createMigrationWorld = () => {
  const clock = createManualClock();
  const world: MigrationWorld = {
    did: [],
    journal: [],
    kept: new Map(),
    places: new Set(['/old/user', '/old/models']),
    instances: new Map(),
    active: null,
    gatewayPort: 8187,
    settings: settingsSchema.parse({}),
    finding: { kind: 'free' },
    plan: planWith(),
    oldServers: {},
    problems: [],
    failures: new Map(),
    gates: new Map(),
  };
  const feed = createTopicFeed<never, never>(() => {
    throw new Error('nobody asks');
  });
  const step = async (name: string): Promise<void> => {
    await world.gates.get(name);
    const failure = world.failures.get(name);
    if (failure !== undefined) throw failure;
    world.did.push(name);
  };
  const missing = (path: string): readonly string[] => (world.places.has(path) ? [] : [path]);
  const dependencies: MigrationDependencies = {
    site,
    clock,
    makeId: () => '0123abcd-0000-4000-8000-000000000000',
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    journals: {
      load: async (): Promise<readonly StoredJournal[]> => {
        const [begun] = world.journal;
        return begun?.type === 'begun' ? [{ begun, entries: [...world.journal], damagedLines: 0 }] : [];
      },
      append: async (_runId, entry) => {
        const failure = world.failures.get('journal');
        if (failure !== undefined) throw failure;
        // As it comes back from disk.
        world.journal.push(JSON.parse(JSON.stringify(entry)) as JournalEntry);
      },
      keep: async (_runId, name, text) => void world.kept.set(name, text),
      kept: async (_runId, name) => world.kept.get(name) ?? null,
    },
    files: {
      place: async (path) => (world.places.has(path) ? 'folder' : 'missing'),
      realPath: async (path) => path,
      size: async () => ({ files: 1, bytes: 100 }),
      freeBytes: async () => 1_000_000_000_000,
      disk: async () => 'disk',
      isWritable: async () => true,
      missingFolders: async (path) => missing(path),
      makeFolders: async (paths) => {
        for (const path of paths) {
          await step(`make ${path}`);
          world.places.add(path);
        }
      },
      removeEmptyFolder: async (path) => {
        if (world.places.delete(path)) world.did.push(`remove ${path}`);
        return 'gone';
      },
      rename: async (path, to) => {
        await step(`rename ${path}`);
        world.places.delete(path);
        world.places.add(to);
      },
      listing: async () => [],
      copy: async ({ to }, { signal, onProgress }) => {
        onProgress(60);
        await step(`copy ${to}`);
        signal.throwIfAborted();
        world.places.add(to);
        return { files: 1, bytes: 100, skipped: [] };
      },
      removeCopy: async ({ to }) => {
        await step(`uncopy ${to}`);
        world.places.delete(to);
        return { kept: [] };
      },
      modelFiles: async () => ['checkpoints/a.safetensors'],
      removeGenerated: async () => {},
    },
    documents: {
      capture: async () => 'documents',
      putBack: async () => {
        await step('documents');
        return { differing: [] };
      },
    },
    fleet: {
      feed,
      list: () => [...world.instances.values()].map(viewOf),
      get: (id) => viewOf(world.instances.get(id) ?? instanceConfigurationSchema.parse({ id, name: id })),
      create: async (configuration) => {
        await step(`create ${configuration.id}`);
        world.instances.set(configuration.id, configuration);
        return viewOf(configuration);
      },
      remove: async (id) => {
        await step(`delete ${id}`);
        world.instances.delete(id);
        if (world.active === id) world.active = null;
      },
      setActive: async (id) => {
        await step(`active ${id}`);
        world.active = id;
      },
      activeInstanceId: () => world.active,
      start: (id) => {
        world.did.push(`start ${id}`);
        return viewOf(world.instances.get(id) ?? instanceConfigurationSchema.parse({ id, name: id }));
      },
      restart: (id) => {
        world.did.push(`restart ${id}`);
        return viewOf(world.instances.get(id) ?? instanceConfigurationSchema.parse({ id, name: id }));
      },
      endpoint: () => ({ baseUrl: 'http://127.0.0.1:8190', authorization: null }),
    },
    problemsOf: async () => world.problems,
    complete: (draft) => {
      const completed = instanceConfigurationSchema.safeParse({ ...draft, createdAt: clock.now() });
      if (!completed.success) throw new StudioError('INSTANCE_INVALID');
      return completed.data;
    },
    moveInstance: async (id, port) => {
      await step(`port ${id} ${port}`);
      const before = world.instances.get(id);
      if (before !== undefined) world.instances.set(id, { ...before, port });
    },
    gatewayPort: {
      examine: async () => world.finding,
      move: async (port, _takeOver, standIn) => {
        await step(`gateway ${port}${(standIn ?? '') === '' ? '' : ` for ${standIn}`}`);
        world.gatewayPort = port;
        world.settings = { ...world.settings, gatewayPort: port };
        return { address: `http://127.0.0.1:${port}`, movedInstanceId: null, importedInstanceId: null };
      },
    },
    gateway: () => ({ port: world.gatewayPort }),
    settings: {
      current: () => world.settings,
      change: async (apply) => {
        world.settings = apply(world.settings);
        world.did.push(`setting ${world.settings.gatewayPort}`);
        return world.settings;
      },
    },
    client: {
      nodeClasses: async () => new Set(['EmptyImage', 'PreviewImage']),
      submit: async (_endpoint, { promptId }) => ({ kind: 'accepted', promptId, number: 1, nodeErrors: {} }),
      history: async () => ({ outputs: {}, statusText: 'success', completed: true, messages: [], raw: {} }),
      get: async (_endpoint, path) => ({
        status: 200,
        headers: {},
        body: emptyBody(JSON.stringify(path === '/models' ? ['checkpoints'] : ['a.safetensors'])),
      }),
    },
    findPlan: async (planId) =>
      world.plan?.id === planId
        ? { plan: world.plan, oldServers: world.oldServers, secretOf: async () => 'a secret' }
        : null,
  };
  /** A studio on what is there; another one is what comes after a crash. */
  const open = async () => {
    const runs = createMigrationRuns(dependencies);
    await runs.open();
    return runs;
  };
  /** Resolves when nothing is under way. */
  const atRest = async (runs: ReturnType<typeof createMigrationRuns>) => {
    for (let turn = 0; turn < 100; turn += 1) {
      await clock.advance(0);
      const run = runs.feed.snapshot();
      if (run !== null && run.state !== 'applying' && run.state !== 'undoing') return run;
    }
    throw new Error(`It does not come to rest: ${JSON.stringify(world.did)}`);
  };
  return { world, clock, open, atRest };
};
