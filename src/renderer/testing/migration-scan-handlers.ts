import type { CallHandlers } from '#contract/handlers.ts';
import {
  type MigrationCandidate,
  type MigrationFinding,
  type MigrationPlan,
  migrationPlanSchema,
} from '#contract/models/migration.ts';

const home = '/home/anna/ComfyUI';

const candidate: MigrationCandidate = {
  key: 'running',
  name: 'ComfyUI',
  comfyuiFolder: home,
  pythonPath: `${home}/venv/bin/python`,
  url: 'http://127.0.0.1:8188',
  host: '127.0.0.1',
  port: 8188,
  gpuDevice: 'auto',
  arguments: ['--preview-method', 'auto'],
  environmentVariables: {},
  autoStart: false,
  folders: [
    { role: 'base', path: home, exists: true, isWritable: true, files: null, bytes: null },
    { role: 'models', path: `${home}/models`, exists: true, isWritable: true, files: 214, bytes: 412_316_860_416 },
    { role: 'input', path: `${home}/input`, exists: true, isWritable: true, files: 87, bytes: 194_000_000 },
    { role: 'output', path: `${home}/output`, exists: true, isWritable: true, files: 9120, bytes: 21_474_836_480 },
    { role: 'user', path: `${home}/user`, exists: true, isWritable: true, files: 63, bytes: 2_400_000 },
    {
      role: 'custom-nodes',
      path: `${home}/custom_nodes`,
      exists: true,
      isWritable: true,
      files: 5210,
      bytes: 310_000_000,
    },
  ],
  modelFolders: [`${home}/models`, '/mnt/library/checkpoints'],
  looseModelFolders: [],
  modelConfigurationFiles: [`${home}/extra_model_paths.yaml`],
  customNodes: ['ComfyUI-Impact-Pack', 'ComfyUI-Manager', 'ComfyUI-VideoHelperSuite'],
  runningPid: 4120,
  isActive: true,
  authentication: { type: 'none' },
  settings: {},
  hasSecret: false,
};

/** What a scan finds in the canned studio: a ComfyUI that runs from a clone. */
export const cannedFindings: readonly MigrationFinding[] = [
  {
    id: 'running-8188',
    kind: 'running',
    title: 'ComfyUI on port 8188',
    location: 'http://127.0.0.1:8188',
    version: '0.33.0',
    candidates: [candidate],
    remarks: [
      {
        code: 'same-install',
        severity: 'info',
        message: `${home} is the same install.`,
        details: { kind: 'git', path: home },
      },
    ],
  },
];

const plannedInstance = (number: number): MigrationPlan['instances'][number] => {
  const id = number === 0 ? 'legacy-instance-1a2b3c' : 'comfyui-rtx-3080-4d5e6f';
  const root = `/home/anna/.local/share/atelier/instances/${id}`;
  return {
    findingId: 'running-8188',
    candidateKey: 'running',
    draft: {
      id,
      name: number === 0 ? 'Legacy Instance' : 'ComfyUI - RTX 3080',
      kind: 'local',
      port: 8189 + number,
      comfyuiFolder: home,
      pythonPath: `${home}/venv/bin/python`,
      gpuDevice: `cuda:${number}`,
      autoStart: true,
    },
    gpuName: number === 0 ? 'NVIDIA GeForce RTX 4090' : 'NVIDIA GeForce RTX 3080',
    isLegacy: number === 0,
    folders: [
      { role: 'base', from: home, to: root, treatment: 'isolated', files: 0, bytes: 0 },
      {
        role: 'models',
        from: `${home}/models`,
        to: `${home}/models`,
        treatment: 'referenced',
        files: 214,
        bytes: 412_316_860_416,
      },
      { role: 'input', from: `${home}/input`, to: `${root}/input`, treatment: 'copied', files: 87, bytes: 194_000_000 },
      { role: 'output', from: `${home}/output`, to: `${root}/output`, treatment: 'isolated', files: 0, bytes: 0 },
      { role: 'user', from: `${home}/user`, to: `${root}/user`, treatment: 'copied', files: 63, bytes: 2_400_000 },
      {
        role: 'custom-nodes',
        from: `${home}/custom_nodes`,
        to: `${home}/custom_nodes`,
        treatment: 'shared',
        files: 5210,
        bytes: 310_000_000,
      },
    ],
    modelFolders: [`${home}/models`, '/mnt/library/checkpoints'],
    secret: 'none',
  };
};

/** Handlers of a scan that finds one ComfyUI, and of its plan for two GPUs. */
export const migrationScanHandlers = (
  findings: readonly MigrationFinding[] = cannedFindings,
): Pick<CallHandlers, 'migration.scan' | 'migration.plan'> => ({
  'migration.scan': () => ({ findings: [...findings], durationMs: 840 }),
  'migration.plan': (choices) =>
    migrationPlanSchema.parse({
      id: 'a1b2c3d4e5f60718',
      choices,
      instances: [plannedInstance(0), ...(choices.onePerGpu ? [plannedInstance(1)] : [])],
      conflicts: [
        {
          code: 'port-held-by-running',
          severity: 'info',
          resolution: 'other-port',
          message: 'The running ComfyUI keeps port 8188; the instance beside it gets another one.',
          details: { name: 'ComfyUI', port: 8188, newPort: 8189, by: 'ComfyUI', pid: 4120 },
        },
      ],
      copiedFiles: 300,
      copiedBytes: 392_800_000,
      freeBytes: 512_000_000_000,
      canApply: true,
    }),
});
