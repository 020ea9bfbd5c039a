import type { CallInput } from '#contract/calls/index.ts';
import {
  type MigrationPlan,
  type MigrationRun,
  type MigrationStep,
  migrationChoicesSchema,
  migrationPlanSchema,
  migrationSteps,
  type PlannedConflict,
  type PlannedFolder,
  type PlannedInstance,
  type StepProgress,
} from '#contract/models/migration.ts';
import { fixtureNow, minutes, seconds } from './instance-fixtures.ts';
import { oldFolder } from './migration-findings.ts';

const ids = ['legacy-instance-1a2b3c', 'comfyui-rtx-3080-4d5e6f'] as const;
const names = ['Legacy Instance', 'ComfyUI - RTX 3080'] as const;
const gpuNames = ['NVIDIA GeForce RTX 4090', 'NVIDIA GeForce RTX 3080'] as const;

const foldersOf = (root: string, choices: MigrationPlan['choices']): PlannedFolder[] => {
  const isolated = (role: PlannedFolder['role'], name: string): PlannedFolder => ({
    role,
    from: `${oldFolder}/${name}`,
    to: `${root}/${name}`,
    treatment: 'isolated',
    files: 0,
    bytes: 0,
  });
  const inPlace = (
    role: PlannedFolder['role'],
    name: string,
    treatment: 'referenced' | 'shared',
    [files, bytes]: readonly [number, number],
  ): PlannedFolder => ({ role, from: `${oldFolder}/${name}`, to: `${oldFolder}/${name}`, treatment, files, bytes });
  const copied = (role: PlannedFolder['role'], name: string, files: number, bytes: number): PlannedFolder => ({
    role,
    from: `${oldFolder}/${name}`,
    to: `${root}/${name}`,
    treatment: 'copied',
    files,
    bytes,
  });
  return [
    { ...isolated('base', ''), from: oldFolder, to: root },
    inPlace('models', 'models', 'referenced', [214, 412_316_860_416]),
    choices.shareInput
      ? inPlace('input', 'input', 'shared', [87, 194_000_000])
      : choices.copyInput
        ? copied('input', 'input', 87, 194_000_000)
        : isolated('input', 'input'),
    isolated('output', 'output'),
    choices.copyUserFolder ? copied('user', 'user', 63, 2_400_000) : isolated('user', 'user'),
    isolated('temp', 'temp'),
    choices.shareCustomNodes
      ? inPlace('custom-nodes', 'custom_nodes', 'shared', [5210, 310_000_000])
      : copied('custom-nodes', 'custom_nodes', 5210, 310_000_000),
  ];
};

const plannedInstance = (index: 0 | 1, choices: MigrationPlan['choices']): PlannedInstance => {
  const id = ids[index];
  return {
    findingId: 'running-8188',
    candidateKey: 'running',
    draft: {
      id,
      name: names[index],
      kind: 'local',
      port: 8189 + index,
      comfyuiFolder: oldFolder,
      pythonPath: `${oldFolder}/venv/bin/python`,
      gpuDevice: `cuda:${index}`,
      autoStart: choices.autoStart,
    },
    gpuName: gpuNames[index],
    isLegacy: index === 0,
    folders: foldersOf(`/home/mara/.local/share/atelier/instances/${id}`, choices),
    modelFolders: [`${oldFolder}/models`, '/mnt/library/checkpoints'],
    secret: 'none',
  };
};

export const heldPort: PlannedConflict = {
  code: 'port-held-by-running',
  severity: 'info',
  resolution: 'other-port',
  message: 'The running ComfyUI keeps port 8188; the instance beside it gets another one.',
  details: { name: 'ComfyUI', port: 8188, newPort: 8189, by: 'ComfyUI', pid: 4120 },
};

const sharedBase: PlannedConflict = {
  code: 'folder-shared',
  severity: 'info',
  resolution: 'isolated',
  message: 'Both would write to the same folders; each gets its own.',
  details: { path: oldFolder, names: [...names], roles: ['output', 'user', 'temp'] },
};

export const missingModels: PlannedConflict = {
  code: 'models-missing',
  severity: 'error',
  resolution: '',
  message: 'ComfyUI reads models from /mnt/library/checkpoints, which cannot be reached now.',
  details: { name: 'ComfyUI', paths: ['/mnt/library/checkpoints'] },
};

const totalOf = (instances: readonly PlannedInstance[]): { copiedFiles: number; copiedBytes: number } => {
  const copies = instances.flatMap(({ folders }) => folders.filter(({ treatment }) => treatment === 'copied'));
  return {
    copiedFiles: copies.reduce((sum, { files }) => sum + (files ?? 0), 0),
    copiedBytes: copies.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
  };
};

/** A plan for two GPUs that follows its choices and edits, as the studio's would. */
export const plan = (
  input: CallInput<'migration.plan'>,
  conflicts: readonly PlannedConflict[] = [heldPort, sharedBase],
): MigrationPlan => {
  const choices = migrationChoicesSchema.parse(input);
  const wanted = choices.onePerGpu ? (choices.gpuIndexes ?? [0, 1]) : [0];
  const instances = wanted
    .map((index) => plannedInstance(index === 0 ? 0 : 1, choices))
    .flatMap((instance): PlannedInstance[] => {
      const edit = choices.edits.find(({ instanceId }) => instanceId === instance.draft.id);
      if (edit === undefined) return [instance];
      const { isIncluded, instanceId: _id, ...changes } = edit;
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      return isIncluded ? [{ ...instance, draft: { ...instance.draft, ...given } }] : [];
    });
  const taken = instances.filter(({ draft }) => draft.port === 8001);
  const all = [
    ...conflicts,
    ...taken.map(
      ({ draft }): PlannedConflict => ({
        code: 'port-taken',
        severity: 'error',
        resolution: '',
        message: 'Taken.',
        details: { name: draft.name, port: 8001, by: 'atelier' },
      }),
    ),
  ];
  return migrationPlanSchema.parse({
    id: `plan-${JSON.stringify([choices.edits, choices.gpuIndexes, choices.shareInput]).length}`,
    choices,
    instances,
    conflicts: all,
    ...totalOf(instances),
    freeBytes: 512_000_000_000,
    canApply:
      instances.length > 0 && !all.some(({ severity, resolution }) => severity === 'error' && resolution === ''),
  });
};

type Outcomes = Partial<Record<MigrationStep, Partial<StepProgress>>>;

const stepsWith = (outcome: StepProgress['outcome'], changes: Outcomes): StepProgress[] =>
  migrationSteps.map((step) => ({
    step,
    outcome,
    done: outcome === 'done' ? 2 : 0,
    total: 2,
    remarks: [],
    ...(step === 'take-over' ? { outcome: 'skipped' as const, total: 0, done: 0 } : {}),
    ...changes[step],
  }));

const copyTotal = 392_800_000;

export const run = (state: MigrationRun['state'], changes: Partial<MigrationRun> = {}): MigrationRun => ({
  id: '20261121T092800-0123abcd',
  state,
  planId: 'plan-1',
  startedAt: fixtureNow - seconds(48),
  finishedAt: state === 'applying' || state === 'undoing' || state === 'interrupted' ? null : fixtureNow - seconds(3),
  instanceIds: [...ids],
  steps: stepsWith('done', { copy: { done: copyTotal, total: copyTotal } }),
  error: null,
  canUndo: state === 'applied' || state === 'failed' || state === 'interrupted' || state === 'undo-failed',
  ...changes,
});

export const applying = run('applying', {
  steps: stepsWith('waiting', {
    check: { outcome: 'done', done: 1, total: 1 },
    backup: { outcome: 'done', done: 1, total: 1 },
    copy: { outcome: 'running', done: 141_000_000, total: copyTotal },
  }),
});

export const applied = run('applied', {
  steps: stepsWith('done', {
    copy: { done: copyTotal, total: copyTotal },
    verify: {
      outcome: 'warning',
      remarks: [
        {
          code: 'models-seen',
          severity: 'info',
          message: 'All.',
          details: { instanceId: ids[0], name: names[0], before: 214, after: 214 },
        },
        {
          code: 'models-missing',
          severity: 'warning',
          message: 'Some are missing.',
          details: {
            instanceId: ids[1],
            name: names[1],
            before: 214,
            after: 212,
            count: 2,
            names: ['loras/detail.safetensors', 'vae/old.pt'],
          },
        },
      ],
    },
  }),
});

export const failed = run('failed', {
  steps: stepsWith('waiting', {
    check: { outcome: 'done', done: 1, total: 1 },
    backup: { outcome: 'done', done: 1, total: 1 },
    copy: { outcome: 'failed', done: 88_000_000, total: copyTotal },
  }),
  error: { code: 'STORE_WRITE_FAILED', details: { path: '/home/mara/.local/share/atelier' } },
});

export const interrupted = run('interrupted', {
  steps: stepsWith('waiting', {
    check: { outcome: 'done', done: 1, total: 1 },
    backup: { outcome: 'done', done: 1, total: 1 },
    copy: { outcome: 'waiting', done: 201_000_000, total: copyTotal },
  }),
});

export const earlierRun = run('undone', {
  id: '20261101T101112-89abcdef',
  startedAt: fixtureNow - minutes(60 * 24 * 20),
});
