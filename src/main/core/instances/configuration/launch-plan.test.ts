import { describe, expect, it } from 'vitest';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { configurationOf, gpuOf, helpText } from './fake-machine.fixture.ts';
import { parseFlagKnowledge } from './flag-knowledge.ts';
import { buildLaunchPlan, type LaunchFacts, type LaunchSite } from './launch-plan.ts';

const site: LaunchSite = {
  platform: 'linux',
  dataFolder: '/data',
  parentEnvironment: {
    PATH: '/usr/bin',
    HOME: '/home/me',
    NODE_OPTIONS: '--inspect',
    ELECTRON_RUN_AS_NODE: '1',
    ATELIER_TOKEN: 'secret',
    npm_config_cache: '/x',
    CUDA_VISIBLE_DEVICES: '7',
  },
  sandbox: { command: 'node', arguments: ['/app/sandbox.js'], environment: { ELECTRON_RUN_AS_NODE: '1' } },
};

const facts: LaunchFacts = {
  python: '/comfy/venv/bin/python',
  knowledge: parseFlagKnowledge(helpText),
  gpus: [gpuOf(0), gpuOf(1)],
  cacheMemory: null,
  otherModels: [],
  customNodesFolders: [],
};

const build = (
  changes: Partial<InstanceConfiguration> = {},
  factChanges: Partial<LaunchFacts> = {},
  siteChanges: Partial<LaunchSite> = {},
) => buildLaunchPlan(configurationOf(changes), { ...site, ...siteChanges }, { ...facts, ...factChanges });

/** argv from readable lines. */
const words = (...lines: readonly string[]): readonly string[] => lines.flatMap((line) => line.split(' '));

const valueOf = (argv: readonly string[], flag: string): string | undefined => argv[argv.indexOf(flag) + 1];
const argvOf = (...input: Parameters<typeof build>) => build(...input).plan.arguments;
const environmentOf = (...input: Parameters<typeof build>) => build(...input).plan.environment;

describe('the plan of a launch', () => {
  it('isolates an instance and shares models and inputs', () => {
    expect(build()).toEqual({
      plan: {
        instanceId: 'one',
        command: '/comfy/venv/bin/python',
        arguments: words(
          'main.py --listen 127.0.0.1 --port 8188 --disable-auto-launch',
          '--base-directory /data/instances/one',
          '--models-directory /data/shared/models',
          '--output-directory /data/instances/one/output',
          '--input-directory /data/shared/input',
          '--temp-directory /data/instances/one',
          '--user-directory /data/instances/one/user',
          '--database-url sqlite:////data/instances/one/comfyui.db',
          '--preview-method auto',
        ),
        environment: {
          PATH: '/usr/bin',
          HOME: '/home/me',
          CUDA_VISIBLE_DEVICES: '7',
          PYTHONUNBUFFERED: '1',
          ATELIER_INSTANCE_ID: 'one',
        },
        workingFolder: '/comfy',
        foldersToCreate: expect.arrayContaining([
          '/data/instances/one/custom_nodes',
          '/data/instances/one/user',
          '/data/instances/one/output',
          '/data/shared/input',
          '/data/shared/models/checkpoints',
        ]),
        port: 8188,
      },
      files: [],
    });
  });

  it('gives two instances no folder in common but models and inputs', () => {
    const flags = ['--base-directory', '--output-directory', '--temp-directory', '--user-directory', '--database-url'];
    const [first, second] = [argvOf({ id: 'a' }), argvOf({ id: 'b' })];
    for (const flag of flags) expect(valueOf(first, flag)).not.toBe(valueOf(second, flag));
    for (const flag of ['--models-directory', '--input-directory'])
      expect(valueOf(first, flag)).toBe(valueOf(second, flag));
  });

  it('uses the folders of the configuration', () => {
    const folders = { base: '/b', output: '/o', input: '/i', user: '/u', temp: '/t', models: '/m' };
    const argv = argvOf({ folders });
    expect(valueOf(argv, '--base-directory')).toBe('/b');
    expect(valueOf(argv, '--output-directory')).toBe('/o');
    expect(valueOf(argv, '--input-directory')).toBe('/i');
    expect(valueOf(argv, '--user-directory')).toBe('/u');
    expect(valueOf(argv, '--temp-directory')).toBe('/t');
    expect(valueOf(argv, '--models-directory')).toBe('/m');
    const { foldersToCreate } = build({ folders }).plan;
    expect(foldersToCreate).toContain('/b/custom_nodes');
    expect(foldersToCreate).toContain('/t');
    expect(foldersToCreate).not.toContain('/m/checkpoints');
  });

  it('leaves out flags that the install does not know', () => {
    const knowledge = parseFlagKnowledge(
      'usage: main.py [-h] [--listen [IP]] [--port PORT] [--output-directory DIR]\n',
    );
    expect(argvOf({}, { knowledge })).toEqual(
      words('main.py --listen 127.0.0.1 --port 8188', '--output-directory /data/instances/one/output'),
    );
  });

  it('passes only what all versions have when nothing is known, and names the shared models in a file then', () => {
    const { plan, files } = build({}, { knowledge: null });
    expect(plan.arguments).not.toContain('--models-directory');
    expect(valueOf(plan.arguments, '--database-url')).toBe('sqlite:////data/instances/one/comfyui.db');
    expect(valueOf(plan.arguments, '--extra-model-paths-config')).toBe('/data/instances/one/extra_model_paths.yaml');
    expect(files).toMatchObject([{ path: '/data/instances/one/extra_model_paths.yaml' }]);
    expect(files[0]?.text).toContain('is_default: true');
    expect(files[0]?.text).toContain('"checkpoints": "/data/shared/models/checkpoints"');
  });

  it("keeps the install's own models and custom nodes in sight of an instance with another base", () => {
    const { plan, files } = build(
      {},
      {
        otherModels: [{ path: '/comfy/models', subfolders: ['checkpoints', 'ipadapter'] }],
        customNodesFolders: ['/comfy/custom_nodes'],
      },
    );
    const text = files[0]?.text ?? '';
    expect(plan.arguments).toContain('--extra-model-paths-config');
    expect(text).toContain('"checkpoints": "/comfy/models/checkpoints"');
    expect(text).toContain('"text_encoders": "/comfy/models/text_encoders\\n/comfy/models/clip"');
    expect(text).toContain('"ipadapter": "/comfy/models/ipadapter"');
    expect(text).toContain('custom_nodes: "/comfy/custom_nodes"');
    expect(text).not.toContain('is_default');
  });

  it('does not name folders twice that an install without --base-directory looks into anyway', () => {
    const knowledge = parseFlagKnowledge(
      'usage: main.py [--port PORT] [--models-directory DIR] [--extra-model-paths-config PATH [PATH ...]]\n',
    );
    const otherModels = [{ path: '/comfy/models', subfolders: [] }];
    expect(build({}, { knowledge, otherModels, customNodesFolders: ['/comfy/custom_nodes/'] }).files).toEqual([]);
    expect(build({}, { knowledge, otherModels, customNodesFolders: ['/mine'] }).files[0]?.text).toContain('"/mine"');
  });

  it('gives way to what the user sets, but not for host and port', () => {
    const argv = argvOf({ extraArguments: ['--preview-method', 'none', '--output-dir=/mine', '--lowvram'] });
    expect(argv).not.toContain('--output-directory');
    expect(argv.filter((each) => each === '--preview-method')).toHaveLength(1);
    expect(argv.slice(-4)).toEqual(['--preview-method', 'none', '--output-dir=/mine', '--lowvram']);
    expect(argvOf({ extraArguments: ['--port', '1'] }).slice(0, 5)).toEqual(
      words('main.py --listen 127.0.0.1 --port 8188'),
    );
  });

  it.each([
    ['localhost', '127.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['[::1]', '::1'],
  ])('listens on %s as %s', (host, address) => {
    expect(valueOf(argvOf({ host }), '--listen')).toBe(address);
  });

  it.each([
    ['auto', [], []],
    ['cpu', ['--cpu'], []],
    ['directml', ['--directml'], []],
    ['directml:1', ['--directml', '1'], []],
    ['something else', [], []],
  ])('turns device %s into the arguments %j', (gpuDevice, expected) => {
    const argv = argvOf({ gpuDevice });
    expect(argv.filter((each, index) => /^--(?:cpu|directml)$/.test(each) || argv[index - 1] === '--directml')).toEqual(
      expected,
    );
    expect(environmentOf({ gpuDevice })).toMatchObject({ CUDA_VISIBLE_DEVICES: '7' });
  });

  it('does not say --cpu twice', () => {
    expect(argvOf({ gpuDevice: 'cpu', extraArguments: ['--cpu'] }).filter((each) => each === '--cpu')).toHaveLength(1);
  });

  it('pins a GPU by its UUID, by environment alone', () => {
    expect(environmentOf({ gpuDevice: 'cuda:1' })).toMatchObject({
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: gpuOf(1).uuid,
    });
    expect(argvOf({ gpuDevice: 'cuda:1' }).join(' ')).not.toMatch(/cuda/);
  });

  it('lets the GPU field beat a variable, and a variable beat what is inherited', () => {
    const environmentVariables = {
      CUDA_VISIBLE_DEVICES: '0',
      HIP_VISIBLE_DEVICES: '3',
      HOME: '/elsewhere',
      NODE_OPTIONS: '--own',
    };
    expect(environmentOf({ environmentVariables })).toMatchObject(environmentVariables);
    const pinned = environmentOf({ environmentVariables, gpuDevice: '1' });
    expect(pinned['CUDA_VISIBLE_DEVICES']).toBe(gpuOf(1).uuid);
    expect(pinned).not.toHaveProperty('HIP_VISIBLE_DEVICES');
  });

  it('inherits nothing of its own, of Node or of Electron', () => {
    expect(Object.keys(environmentOf()).toSorted()).toEqual([
      'ATELIER_INSTANCE_ID',
      'CUDA_VISIBLE_DEVICES',
      'HOME',
      'PATH',
      'PYTHONUNBUFFERED',
    ]);
  });

  it('runs the sandbox server with the flags of ComfyUI and its own', () => {
    const sandbox = { speed: 0.5, clock: 20, vramBytes: 1024, arguments: ['--sandbox-fault', 'hang'] };
    const { plan, files } = build(
      { program: 'sandbox', comfyuiFolder: '', gpuDevice: 'cuda:1', sandbox },
      { gpus: [] },
    );
    expect(plan).toMatchObject({
      command: 'node',
      workingFolder: '/data/instances/one',
      environment: { ELECTRON_RUN_AS_NODE: '1', ATELIER_INSTANCE_ID: 'one' },
    });
    expect(plan.arguments.slice(0, 9)).toEqual(
      words('/app/sandbox.js --sandbox-speed 0.5 --sandbox-clock 20 --sandbox-vram 1024', '--sandbox-fault hang'),
    );
    expect(valueOf(plan.arguments, '--models-directory')).toBe('/data/sandbox/models');
    expect(files).toEqual([]);
  });

  it('follows the rules of Windows', () => {
    const { plan } = build(
      { comfyuiFolder: 'C:\\Comfy\\ComfyUI', environmentVariables: { path: 'C:\\tools' } },
      { python: 'C:\\Comfy\\python_embeded\\python.exe' },
      { platform: 'win32', dataFolder: 'C:\\Data', parentEnvironment: { Path: 'C:\\Windows' } },
    );
    expect(plan.arguments.slice(0, 2)).toEqual(['-s', 'main.py']);
    expect(valueOf(plan.arguments, '--database-url')).toBe('sqlite:///C:/Data/instances/one/comfyui.db');
    expect(plan.environment).toEqual({
      path: 'C:\\tools',
      PYTHONUNBUFFERED: '1',
      PYTHONIOENCODING: 'utf-8',
      ATELIER_INSTANCE_ID: 'one',
    });
  });
});
