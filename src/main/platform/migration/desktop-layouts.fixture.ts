import { join } from 'node:path';
import { comfyuiTree, type InstallOptions } from './install-layouts.fixture.ts';
import { type Tree, writeTree } from './tree.fixture.ts';

const idlePython = '#!/bin/sh\nexit 0\n';

const without = (tree: Tree, ...folders: string[]): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => !folders.some((folder) => path.startsWith(`${folder}/`))));

/** The parts of an install that a user owns, without the program. */
const userTree = (options: InstallOptions): Tree =>
  Object.fromEntries(
    Object.entries(comfyuiTree(options)).filter(([path]) => /^(?:models|custom_nodes|input|output|user)\//u.test(path)),
  );

/**
 * Comfy Desktop 1: `config.json` with the base path, `extra_models_config.yaml`, the program in the application's resources, and the
 * virtual environment in the base folder. `home` is laid out as on Linux.
 */
export const writeDesktop1 = async (
  home: string,
  options: InstallOptions = {},
): Promise<{ base: string; program: string; configFolder: string; other: string }> => {
  const base = join(home, 'Documents', 'ComfyUI');
  const other = join(home, 'old-models');
  const program = join(home, 'opt', 'ComfyUI', 'resources', 'ComfyUI');
  const configFolder = join(home, '.config', 'ComfyUI');
  await writeTree(base, {
    ...userTree(options),
    '.venv/pyvenv.cfg': '',
    '.venv/bin/python': { script: options.python ?? idlePython },
    'user/default/comfy.settings.json': JSON.stringify({
      'Comfy.ColorPalette': 'dark',
      'Comfy.Server.LaunchArgs': { 'preview-method': 'auto', lowvram: '', port: '8010' },
      'Comfy-Desktop.AutoUpdate': true,
    }),
  });
  await writeTree(program, {
    ...without(comfyuiTree(options), 'models', 'custom_nodes', 'input', 'output', 'user', 'temp'),
    'web_custom_versions/desktop_app/index.html': '<!doctype html>\n',
  });
  await writeTree(other, { 'checkpoints/old.safetensors': { bytes: 900 } });
  await writeTree(configFolder, {
    'config.json': JSON.stringify({
      basePath: base,
      installState: 'installed',
      detectedGpu: 'nvidia',
      selectedDevice: 'nvidia',
    }),
    'extra_models_config.yaml': [
      '# ComfyUI extra_model_paths.yaml for linux',
      'comfyui_desktop:',
      '  is_default: "true"',
      '  custom_nodes: custom_nodes/',
      '  download_model_base: models',
      `  base_path: ${base}`,
      'comfyui_migration:',
      `  base_path: ${other}`,
      '  checkpoints: checkpoints/',
      '',
    ].join('\n'),
  });
  return { base, program, configFolder, other };
};

/**
 * Comfy Desktop 2 on Linux: installations.json in the data folder, settings.json in the configuration folder, shared models, one
 * standalone install, one adopted checkout, one remote server, one that is still being installed and the cloud entry.
 */
export const writeDesktop2 = async (
  home: string,
  options: InstallOptions = {},
): Promise<{ standalone: string; adopted: string; sharedModels: string; dataFolder: string }> => {
  const standalone = join(home, 'ComfyUI-Installs', 'Main');
  const adopted = join(home, 'src', 'ComfyUI-nightly');
  const shared = join(home, 'ComfyUI-Shared');
  const dataFolder = join(home, '.local', 'share', 'comfyui-desktop-2');
  const python = { script: options.python ?? idlePython };
  await writeTree(standalone, {
    ...Object.fromEntries(Object.entries(comfyuiTree(options)).map(([path, entry]) => [`ComfyUI/${path}`, entry])),
    'ComfyUI/.venv/bin/python3': python,
    'standalone-env/bin/python3': python,
    'manifest.json': '{"variant":"linux-nvidia"}',
  });
  await writeTree(adopted, {
    ...comfyuiTree({ ...options, version: '0.38.0' }),
    'env/bin/python': python,
    'env/pyvenv.cfg': '',
  });
  await writeTree(shared, {
    'models/checkpoints/flux1-schnell.safetensors': { bytes: 5000 },
    'input/photo.png': { bytes: 40 },
    'output/done.png': { bytes: 40 },
  });
  const record = (id: string, more: object): object => ({
    id,
    createdAt: '2026-01-02T03:04:05Z',
    status: 'installed',
    ...more,
  });
  await writeTree(home, {
    '.local/share/comfyui-desktop-2/installations.json': JSON.stringify([
      record('inst-1', {
        name: 'Main',
        installPath: standalone,
        sourceId: 'standalone',
        launchArgs: '--enable-manager --reserve-vram 1',
        lastLaunchedAt: 1_767_000_000_000,
        useSharedModels: true,
      }),
      record('inst-2', {
        name: 'Nightly',
        installPath: adopted,
        sourceId: 'git',
        venvPath: join(adopted, 'env'),
        useSharedModels: false,
        useSharedOutput: false,
        launchArgs: '--port 8200',
        modelDirs: [],
      }),
      record('inst-3', {
        name: 'Render box',
        sourceId: 'remote',
        installPath: '',
        remoteUrl: 'http://render-box:8188/',
      }),
      record('inst-4', {
        name: 'Half done',
        sourceId: 'standalone',
        installPath: join(home, 'nowhere'),
        status: 'installing',
      }),
      record('cloud', {
        name: 'Comfy Cloud',
        sourceId: 'cloud',
        installPath: '',
        remoteUrl: 'https://cloud.comfy.org/',
      }),
    ]),
    '.config/comfyui-desktop-2/settings.json': JSON.stringify({
      modelsDirs: [join(shared, 'models')],
      inputDir: join(shared, 'input'),
      outputDir: join(shared, 'output'),
    }),
  });
  return { standalone, adopted, sharedModels: join(shared, 'models'), dataFolder };
};

/** StabilityMatrix with a ComfyUI, another package and the shared models folder, as it writes them on Linux. */
export const writeStabilityMatrix = async (
  home: string,
  options: InstallOptions = {},
): Promise<{ library: string; comfyui: string; models: string }> => {
  const library = join(home, 'StabilityMatrix', 'Data');
  const comfyui = join(library, 'Packages', 'ComfyUI');
  const models = join(library, 'Models');
  await writeTree(comfyui, {
    ...comfyuiTree(options),
    'venv/pyvenv.cfg': '',
    'venv/bin/python': { script: options.python ?? idlePython },
    'extra_model_paths.yaml': [
      'stability_matrix:',
      `  checkpoints: ${models}/StableDiffusion`,
      '  loras: |-',
      `    ${models}/Lora`,
      `    ${models}/LyCORIS`,
      '',
    ].join('\n'),
  });
  await writeTree(library, {
    'Models/StableDiffusion/dream.safetensors': { bytes: 3000 },
    'Models/Lora/a.safetensors': { bytes: 100 },
    'Models/LyCORIS/b.safetensors': { bytes: 100 },
    'settings.json': JSON.stringify({
      Version: 1,
      ActiveInstalledPackage: '0b9bb5cb-0000-4000-8000-000000000001',
      InstalledPackages: [
        {
          Id: '0b9bb5cb-0000-4000-8000-000000000001',
          DisplayName: 'ComfyUI',
          PackageName: 'ComfyUI',
          Version: { InstalledReleaseVersion: 'v0.33.0', IsPrerelease: false },
          LibraryPath: 'Packages/ComfyUI',
          LaunchCommand: 'main.py',
          LaunchArgs: [
            { Name: '--port', Type: 'String', OptionValue: '8288' },
            { Name: '--preview-method auto', Type: 'Bool', OptionValue: true },
            { Name: '--lowvram', Type: 'Bool', OptionValue: false },
            { Name: '', Type: 'String', OptionValue: '--reserve-vram 2' },
          ],
          PreferredSharedFolderMethod: 'Configuration',
          PythonVersion: '3.12.10',
        },
        {
          Id: '0b9bb5cb-0000-4000-8000-000000000002',
          DisplayName: 'Forge',
          PackageName: 'stable-diffusion-webui-forge',
          LibraryPath: 'Packages/forge',
        },
      ],
      EnvironmentVariables: { PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:512', HF_TOKEN: 'hf_not_for_us' },
    }),
  });
  await writeTree(home, {
    '.config/StabilityMatrix/library.json': JSON.stringify({ LibraryPath: library }, null, 2),
  });
  return { library, comfyui, models };
};
