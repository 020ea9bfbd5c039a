import type { Gpu } from '#contract/models/gpu.ts';
import { type InstanceConfiguration, instanceConfigurationSchema } from '#contract/models/instance.ts';
import {
  type FindingKind,
  type FoundFolder,
  type MigrationCandidate,
  type MigrationChoices,
  type MigrationFinding,
  type MigrationPlan,
  migrationChoicesSchema,
} from '#contract/models/migration.ts';
import { emptyCandidate } from '../scan/scan-context.ts';
import type { PlanFacts } from './plan-facts.ts';
import { planMigration } from './plan-migration.ts';

export const home = '/home/anna/ComfyUI';
const giga = 1024 ** 3;

export const gpu = (index: number, name = 'NVIDIA GeForce RTX 4090', more: Partial<Gpu> = {}): Gpu => ({
  index,
  uuid: `GPU-0000000${index}-1111-2222-3333-444455556666`,
  name,
  vendor: 'nvidia',
  busId: null,
  memoryTotalBytes: 24 * giga,
  driverVersion: null,
  ...more,
});

const folder = (role: FoundFolder['role'], path: string, more: Partial<FoundFolder> = {}): FoundFolder => ({
  role,
  path,
  exists: true,
  isWritable: true,
  files: 10,
  bytes: 1000,
  ...more,
});

/** An install as a scan describes it, all its folders in one place. */
export const install = (root = home, more: Partial<MigrationCandidate> = {}): MigrationCandidate => ({
  ...emptyCandidate('install', 'ComfyUI'),
  comfyuiFolder: root,
  pythonPath: `${root}/venv/bin/python`,
  folders: [
    folder('base', root, { files: null, bytes: null }),
    folder('models', `${root}/models`, { files: 200, bytes: 400 * giga }),
    folder('input', `${root}/input`),
    folder('output', `${root}/output`),
    folder('user', `${root}/user`),
    folder('temp', `${root}/temp`, { files: null, bytes: null }),
    folder('custom-nodes', `${root}/custom_nodes`),
  ],
  modelFolders: [`${root}/models`],
  ...more,
});

/** An entry of a list that names no program. */
export const listed = (key: string, more: Partial<MigrationCandidate> = {}): MigrationCandidate => ({
  ...emptyCandidate(key, key),
  ...more,
});

export const finding = (
  kind: FindingKind,
  candidates: readonly MigrationCandidate[],
  more: Partial<MigrationFinding> = {},
): MigrationFinding => ({
  id: `${kind}-1`,
  kind,
  title: kind,
  location: home,
  version: '0.33.0',
  candidates: [...candidates],
  remarks: [],
  ...more,
});

export const existing = (more: Partial<InstanceConfiguration>): InstanceConfiguration =>
  instanceConfigurationSchema.parse({ id: 'other', name: 'Other', ...more });

export interface World {
  readonly findings: readonly MigrationFinding[];
  readonly choices?: Partial<MigrationChoices>;
  readonly gpus?: readonly Gpu[];
  readonly existing?: readonly InstanceConfiguration[];
  /** Ports that somebody listens on, with its pid. */
  readonly taken?: Readonly<Record<number, number | null>>;
  readonly more?: Partial<PlanFacts>;
}

const manyPorts = Array.from({ length: 40 }, (_, index) => 8188 + index);

export const factsOf = (world: World): PlanFacts => {
  const taken = new Map(Object.entries(world.taken ?? {}).map(([port, pid]) => [Number(port), pid]));
  const instances = world.existing ?? [];
  const stateOf = (port: number) =>
    taken.has(port)
      ? { free: false, owner: { pid: taken.get(port) ?? null, name: 'python' } }
      : { free: true, owner: null };
  const wanted = world.findings.flatMap(({ candidates }) => candidates.flatMap(({ port }) => port ?? []));
  return {
    choices: migrationChoicesSchema.parse({ findingIds: world.findings.map(({ id }) => id), ...world.choices }),
    findings: world.findings,
    gpus: world.gpus ?? [gpu(0)],
    existing: instances,
    wantedPorts: new Map(wanted.map((port) => [port, stateOf(port)])),
    freePorts: manyPorts.filter((port) => !taken.has(port) && !instances.some((instance) => instance.port === port)),
    ownPorts: [8001, 8187],
    gatewayPort: 8187,
    takeOverState: stateOf(8188),
    freeBytes: 100 * giga,
    dataFolder: '/data',
    platform: 'linux',
    ...world.more,
  };
};

export const planOf = (world: World): MigrationPlan => planMigration(factsOf(world));

/** Code and resolution of every clash, for one look at all of them. */
export const clashes = ({ conflicts }: MigrationPlan): readonly string[] =>
  conflicts.map(({ code, resolution }) => `${code}: ${resolution === '' ? 'user must decide' : resolution}`);
