import { join } from 'node:path';
import { comfyuiTree, type InstallOptions } from './install-layouts.fixture.ts';
import { writeTree } from './tree.fixture.ts';

const idlePython = '#!/bin/sh\nexit 0\n';

/** The example of 000-A1 to A4, with a third, disabled instance. */
export const instancesFileText = JSON.stringify({
  instances: [
    { id: 0, port: 3001, name: 'comfyui-main', description: 'Main ComfyUI instance', extra_args: '', enabled: true },
    {
      id: 1,
      port: 3005,
      name: 'comfyui-backup',
      description: 'Backup',
      extra_args: '--lowvram --output-directory "/workspace/out put"',
      enabled: true,
    },
    { id: 7, port: 3010, name: 'spare', extra_args: '--cpu', enabled: false },
  ],
  global_settings: {
    log_directory: '/workspace/logs',
    pid_directory: '/workspace/logs',
    default_extra_args: '--preview-method auto',
    startup_delay: 2,
  },
});

/** Document 000 as it lies in a mounted workspace: two environments, shared models, inputs shared by a link. Answers the folder. */
export const writeDockerEnvironments = async (root: string, options: InstallOptions = {}): Promise<string> => {
  const workspace = join(root, 'workspace');
  for (const environment of ['comm', 'flux']) {
    const own = Object.fromEntries(
      Object.entries(comfyuiTree(options)).filter(
        ([path]) => !path.startsWith('models/') && !path.startsWith('input/'),
      ),
    );
    await writeTree(join(workspace, `ComfyUI-${environment}`), {
      ...own,
      models: { link: join(workspace, 'shared-models') },
      input: { link: join(workspace, 'ComfyUI', 'input') },
      'venv/bin/python': { script: options.python ?? idlePython },
    });
  }
  await writeTree(workspace, {
    'shared-models/checkpoints/shared.safetensors': { bytes: 2000 },
    'ComfyUI/input/upload.png': { bytes: 20 },
    'instances.json': instancesFileText,
    'config/environments/comm/config.json': JSON.stringify({
      name: 'comm',
      description: 'Everyday',
      port: 3001,
      workflows: ['basic_generation'],
      nodes: ['ltdrdata/ComfyUI-Manager'],
      models: ['https://example.com/a.safetensors'],
    }),
    'config/environments/flux/config.json': JSON.stringify({ name: 'flux', port: 3002, workflows: [] }),
  });
  return workspace;
};

/** Document 001: shared models and inputs, two instances, no program on the host. Answers the folder. */
export const writeDockerMulti = async (root: string): Promise<string> => {
  const folder = join(root, 'comfyui-docker');
  await writeTree(folder, {
    'storage/shared/models/checkpoints/base.safetensors': { bytes: 3000 },
    'storage/shared/input/cat.png': { bytes: 30 },
    'storage/instances/instance-01/custom_nodes/ComfyUI-Manager/__init__.py': '',
    'storage/instances/instance-01/user/default/workflows/a.json': '{}',
    'storage/instances/instance-01/temp': { folder: true },
    'storage/instances/instance-01/output/one.png': { bytes: 10 },
    'storage/instances/instance-02/custom_nodes': { folder: true },
    'storage/instances/instance-02/user/default/workflows/b.json': '{}',
    'storage/instances/instance-02/output/two.png': { bytes: 10 },
    '.env': 'COMFY_INSTANCE_ID=instance-02\nCOMFY_PORT=8189\nCLI_ARGS="--lowvram --fast"\nHF_TOKEN=hf_secret\n',
    'docker-compose.yml': 'services: {}\n',
  });
  return folder;
};

/** Document 001 before it knew instances: one flat `./data`. Answers the folder. */
export const writeDockerSingle = async (root: string): Promise<string> => {
  const folder = join(root, 'comfy3');
  await writeTree(folder, {
    'data/models/checkpoints/only.safetensors': { bytes: 3000 },
    'data/input/dog.png': { bytes: 30 },
    'data/output/out.png': { bytes: 30 },
    'data/user/default/workflows/mine.json': '{}',
    'data/custom_nodes/ComfyUI-GGUF/__init__.py': '',
    'data/temp': { folder: true },
    '.env': 'COMFY_PORT=8188\nPUID=1000\n',
  });
  return folder;
};

/** The configuration file of document 002 (ComfyUIInstancesConfig) with the guide's own examples (002-C9). */
export const instancesConfigText = JSON.stringify({
  version: '1.0',
  instances: [
    {
      id: 'default_instance',
      name: 'Default Instance',
      port: 8188,
      host: 'localhost',
      gpuDevice: 'auto',
      autoStart: true,
    },
    {
      id: 'instance_1',
      name: 'Character Gen - RTX 4090',
      port: 8189,
      gpuDevice: 'cuda:0',
      maxConcurrentWorkflows: 2,
      customNodesPath: '/srv/nodes/characters',
      envVars: {
        CUDA_VISIBLE_DEVICES: '0',
        PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:512',
        HF_TOKEN: 'hf_in_the_file',
      },
    },
    { id: 'instance_2', name: 'Batch Processing - RTX 3080', port: 8190, gpuDevice: 'cuda:1', timeoutMs: 600_000 },
  ],
  activeInstanceId: 'instance_1',
  lastSaved: 1_767_000_000_000,
});

/** A password that must never come out of the place that keeps it; tests look for it everywhere. */
export const plantedPassword = 'pl4nted-p4ssw0rd';

/** The exported servers of document 002: none, basic, bearer, api-key, and one on this machine. */
export const serversFileText = JSON.stringify({
  servers: [
    {
      id: 's1',
      name: 'This machine',
      serverUrl: 'http://localhost:8188',
      authentication: { type: 'none' },
      isActive: false,
    },
    {
      id: 's2',
      name: 'Render box',
      serverUrl: 'https://render.example:8443/comfy/',
      authentication: { type: 'basic', username: 'anna', password: plantedPassword },
      isActive: true,
      status: 'connected',
      maxQueueSize: 5,
      timeout: 300_000,
    },
    {
      id: 's3',
      name: 'Cloud',
      serverUrl: 'https://gpu.example',
      authentication: { type: 'bearer', token: plantedPassword },
    },
    {
      id: 's4',
      name: 'Keyed',
      serverUrl: 'https://key.example',
      authentication: { type: 'api-key', token: plantedPassword },
    },
    { id: 's5', name: 'Asks', serverUrl: 'https://asks.example', authentication: { type: 'basic', username: 'bob' } },
  ],
  activeServerId: 's2',
  autoSwitchOnFailure: true,
  version: '1.0',
});

/** Files that are cut off, empty, of another kind or linked to themselves, in every place that a scan reads. */
export const writeDamaged = async (home: string): Promise<void> => {
  await writeTree(home, {
    '.config/comfy-cli/config.ini': '[DEFAULT\ndefault_workspace = /nowh',
    '.config/ComfyUI/config.json': '{"basePath":"/home/x/Com',
    '.config/ComfyUI/extra_models_config.yaml': 'comfyui_desktop:\n  base_path: [1, 2\n',
    '.local/share/comfyui-desktop-2/installations.json': '[{"id":"inst-1","name":"Ma',
    '.config/comfyui-desktop-2/settings.json': '',
    '.config/StabilityMatrix/library.json': '[]',
    'ComfyUI/main.py': '',
    'ComfyUI/nodes.py': '',
    'ComfyUI/comfy': { folder: true },
    'ComfyUI/comfyui_version.py': { bytes: 64 },
    'ComfyUI/extra_model_paths.yaml': 'a: &a [*a, *a]\nb: {base_path: 3, checkpoints: {x: 1}}\n',
    'ComfyUI/models/loop': { link: '..' },
    'ComfyUI/models/self': { link: 'self' },
    'ComfyUI/custom_nodes/again': { link: '../custom_nodes' },
    'Downloads/comfyui-servers-1.json': '{"servers":"none"}',
    'instances.json': 'null',
  });
};
