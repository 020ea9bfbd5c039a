import type { FoundFolder, MigrationCandidate, MigrationFinding } from '#contract/models/migration.ts';

export const oldFolder = '/home/mara/ComfyUI';

const folder = (role: FoundFolder['role'], path: string, files: number | null, bytes: number | null): FoundFolder => ({
  role,
  path,
  exists: true,
  isWritable: true,
  files,
  bytes,
});

const foldersIn = (base: string): FoundFolder[] => [
  folder('base', base, null, null),
  folder('models', `${base}/models`, 214, 412_316_860_416),
  folder('input', `${base}/input`, 87, 194_000_000),
  folder('output', `${base}/output`, 9120, 21_474_836_480),
  folder('user', `${base}/user`, 63, 2_400_000),
  folder('custom-nodes', `${base}/custom_nodes`, 5210, 310_000_000),
];

export const candidate = (key: string, changes: Partial<MigrationCandidate> = {}): MigrationCandidate => ({
  key,
  name: 'ComfyUI',
  comfyuiFolder: oldFolder,
  pythonPath: `${oldFolder}/venv/bin/python`,
  url: '',
  host: '',
  port: null,
  gpuDevice: 'auto',
  arguments: [],
  environmentVariables: {},
  autoStart: false,
  folders: foldersIn(oldFolder),
  modelFolders: [`${oldFolder}/models`, '/mnt/library/checkpoints'],
  looseModelFolders: [],
  modelConfigurationFiles: [`${oldFolder}/extra_model_paths.yaml`],
  customNodes: ['ComfyUI-Impact-Pack', 'ComfyUI-Manager', 'ComfyUI-VideoHelperSuite'],
  runningPid: null,
  isActive: false,
  authentication: { type: 'none' },
  settings: {},
  hasSecret: false,
  ...changes,
});

export const runningFinding: MigrationFinding = {
  id: 'running-8188',
  kind: 'running',
  title: 'ComfyUI on port 8188',
  location: oldFolder,
  version: '0.33.0',
  candidates: [
    candidate('running', {
      url: 'http://127.0.0.1:8188',
      host: '127.0.0.1',
      port: 8188,
      runningPid: 4120,
      isActive: true,
      arguments: ['--preview-method', 'auto'],
    }),
  ],
  remarks: [
    {
      code: 'same-install',
      severity: 'info',
      message: `${oldFolder} is the same install.`,
      details: { kind: 'git', path: oldFolder },
    },
  ],
};

const dockerFolder = '/srv/comfy/storage';

export const dockerFinding: MigrationFinding = {
  id: 'docker-multi-1',
  kind: 'docker-multi',
  title: 'Instances in Docker',
  location: dockerFolder,
  version: '',
  candidates: ['instance-01', 'instance-02'].map((name, index) =>
    candidate(name, {
      name,
      comfyuiFolder: '',
      pythonPath: '',
      port: 8188 + index,
      folders: [folder('models', `${dockerFolder}/shared/models`, 36, 88_000_000_000)],
      modelFolders: [`${dockerFolder}/shared/models`],
      modelConfigurationFiles: [],
      customNodes: [],
    }),
  ),
  remarks: [
    {
      code: 'missing-folder',
      severity: 'warning',
      message: 'The folder is not there.',
      details: { path: '/mnt/nfs/loras', role: 'models' },
    },
  ],
};

export const emptyFinding: MigrationFinding = {
  id: 'folder-1',
  kind: 'folder',
  title: 'Pictures',
  location: '/home/mara/Pictures',
  version: '',
  candidates: [],
  remarks: [{ code: 'no-install', severity: 'warning', message: 'Nothing.', details: { path: '/home/mara/Pictures' } }],
};

export const findings: readonly MigrationFinding[] = [runningFinding, dockerFinding, emptyFinding];

const longWord = 'extraordinarily-long-name-'.repeat(18);

/** Names that are too long, of another direction, or look like markup. */
export const awkwardFindings: readonly MigrationFinding[] = [
  {
    ...runningFinding,
    title: `<script>alert(1)</script> ${longWord}`.slice(0, 300),
    location: `/home/${longWord}/${longWord}/ComfyUI`,
  },
  { ...dockerFinding, title: '😀 شبكة توليد الصور ‏ 図像生成', location: '/srv/صور/😀' },
];
