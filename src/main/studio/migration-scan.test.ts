import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FolderRole, MigrationCandidate, MigrationFinding } from '#contract/models/migration.ts';
import { writeDesktop1, writeDesktop2, writeStabilityMatrix } from '../platform/migration/desktop-layouts.fixture.ts';
import {
  instancesConfigText,
  instancesFileText,
  plantedPassword,
  serversFileText,
  writeDockerEnvironments,
  writeDockerMulti,
  writeDockerSingle,
} from '../platform/migration/file-layouts.fixture.ts';
import {
  writeCheckoutWithLibrary,
  writeComfyCli,
  writeGitCheckout,
  writePortable,
} from '../platform/migration/install-layouts.fixture.ts';
import { writeTree } from '../platform/migration/tree.fixture.ts';
import { createScanWorld, type ScanWorld } from './migration-scan.fixture.ts';

let world: ScanWorld;
beforeEach(async () => {
  world = await createScanWorld();
});
afterEach(async () => {
  // A look that throws is caught by the scanner, so it would pass unseen.
  expect(world.errors).toEqual([]);
  await world.close();
});

const only = (findings: readonly MigrationFinding[]): MigrationFinding => {
  const [finding] = findings;
  expect(findings).toHaveLength(1);
  if (finding === undefined) throw new Error('nothing was found');
  return finding;
};

const first = ({ candidates }: MigrationFinding): MigrationCandidate => {
  const [candidate] = candidates;
  if (candidate === undefined) throw new Error('the finding has no candidate');
  return candidate;
};

const folder = (candidate: MigrationCandidate, role: FolderRole): string =>
  candidate.folders.find((each) => each.role === role)?.path ?? '';

const codes = ({ remarks }: MigrationFinding): readonly string[] => remarks.map(({ code }) => code);

describe('a scan of installs (complaint 10, complaint 8)', () => {
  it('finds nothing on a machine without one', async () => {
    await mkdir(world.home, { recursive: true });
    expect(await world.scan()).toEqual([]);
  });

  it('finds a clone with its version, interpreter, folders and their size', async () => {
    const comfyuiFolder = await writeGitCheckout(world.home);
    const finding = only(await world.scan());
    expect(finding).toMatchObject({ kind: 'git', location: comfyuiFolder, version: '0.33.0', remarks: [] });
    const candidate = first(finding);
    expect(candidate).toMatchObject({
      comfyuiFolder,
      pythonPath: join(comfyuiFolder, 'venv/bin/python'),
      gpuDevice: 'auto',
      customNodes: ['ComfyUI-Impact-Pack', 'ComfyUI-Manager'],
    });
    expect(candidate.folders.find(({ role }) => role === 'models')).toEqual({
      role: 'models',
      path: join(comfyuiFolder, 'models'),
      exists: true,
      isWritable: true,
      files: 4,
      bytes: 4096 + 1024 + 2048,
    });
  });

  it('reads every models folder of extra_model_paths.yaml (001-2c.3)', async () => {
    const { folder: comfyuiFolder, library, webui } = await writeCheckoutWithLibrary(world.home);
    const candidate = first(only(await world.scan()));
    expect(candidate.modelFolders).toEqual([
      join(comfyuiFolder, 'models'),
      join(library, 'checkpoints'),
      join(library, 'loras'),
      join(library, 'lycoris'),
      join(webui, 'models/Stable-diffusion'),
      join(webui, 'models/VAE'),
      join(webui, 'embeddings'),
    ]);
    expect(candidate.looseModelFolders).toEqual([]);
    expect(candidate.customNodes).toContain('ComfyUI-GGUF');
  });

  it('reads the start script of the Windows portable build', async () => {
    const place = join(world.home, 'Downloads');
    const portable = await writePortable(place);
    const candidate = first(only(await world.scan()));
    expect(candidate).toMatchObject({
      comfyuiFolder: join(portable, 'ComfyUI'),
      pythonPath: join(portable, 'python_embeded/python.exe'),
      port: 8288,
      arguments: ['--lowvram'],
    });
    expect(folder(candidate, 'output')).toBe('D:\\My Pictures');
  });

  it('finds the workspaces of comfy-cli once, and takes no token from its file', async () => {
    const { defaultWorkspace, recentWorkspace } = await writeComfyCli(world.home);
    const finding = only(await world.scan());
    expect(finding.kind).toBe('comfy-cli');
    expect(finding.candidates.map((each) => [each.comfyuiFolder, each.port, each.arguments, each.isActive])).toEqual([
      [defaultWorkspace, 8190, ['--preview-method', 'auto'], true],
      [recentWorkspace, null, [], false],
    ]);
    expect(codes(finding)).toEqual(['same-install']);
    expect(JSON.stringify(finding)).not.toContain('not-for-us');
  });

  it('finds Comfy Desktop 1 with its base folder, its search paths and its launch arguments', async () => {
    const { base, program, configFolder, other } = await writeDesktop1(world.home);
    const finding = only(await world.scan());
    const candidate = first(finding);
    expect(finding).toMatchObject({ kind: 'desktop-1', location: base, version: '0.33.0' });
    expect(codes(finding)).toEqual(['same-install']);
    expect(candidate).toMatchObject({
      comfyuiFolder: program,
      pythonPath: join(base, '.venv/bin/python'),
      port: 8010,
      modelFolders: [join(base, 'models'), join(other, 'checkpoints')],
      modelConfigurationFiles: [join(configFolder, 'extra_models_config.yaml')],
    });
    expect(candidate.arguments).toEqual([
      '--preview-method',
      'auto',
      '--lowvram',
      '--front-end-root',
      join(program, 'web_custom_versions/desktop_app'),
    ]);
    expect(folder(candidate, 'user')).toBe(join(base, 'user'));
  });

  it('finds the installs of Comfy Desktop 2, without the cloud and without what is half installed', async () => {
    const { standalone, adopted, sharedModels } = await writeDesktop2(world.home);
    const finding = only(await world.scan());
    expect(finding.kind).toBe('desktop-2');
    expect(
      finding.candidates.map(({ name, comfyuiFolder, url, isActive }) => [name, comfyuiFolder, url, isActive]),
    ).toEqual([
      ['Main', join(standalone, 'ComfyUI'), '', true],
      ['Nightly', adopted, '', false],
      ['Render box', '', 'http://render-box:8188', false],
    ]);
    expect(first(finding)).toMatchObject({
      looseModelFolders: [sharedModels],
      arguments: ['--enable-manager', '--reserve-vram', '1'],
      pythonPath: join(standalone, 'ComfyUI/.venv/bin/python3'),
    });
    expect(folder(first(finding), 'input')).toBe(join(world.home, 'ComfyUI-Shared/input'));
  });

  it('finds the ComfyUI of StabilityMatrix and its shared models, and takes no token from its variables', async () => {
    const { library, comfyui, models } = await writeStabilityMatrix(world.home);
    const finding = only(await world.scan());
    expect(finding).toMatchObject({ kind: 'stability-matrix', location: library });
    expect(first(finding)).toMatchObject({
      comfyuiFolder: comfyui,
      port: 8288,
      arguments: ['--preview-method', 'auto', '--reserve-vram', '2'],
      environmentVariables: { PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:512' },
      isActive: true,
    });
    expect(first(finding).modelFolders).toContain(join(models, 'LyCORIS'));
    expect(JSON.stringify(finding)).not.toContain('hf_not_for_us');
  });
});

describe('a scan of docker layouts', () => {
  it('finds environments and the instances that run in them (000-A1, 000-H1, 000-H2)', async () => {
    const workspace = await writeDockerEnvironments(world.home);
    const finding = only(await world.scan());
    expect(finding).toMatchObject({ kind: 'docker-multi', location: workspace });
    expect(
      finding.candidates.map(({ key, name, port, autoStart, gpuDevice }) => [key, name, port, autoStart, gpuDevice]),
    ).toEqual([
      ['0', 'comfyui-main', 3001, true, 'auto'],
      ['1', 'comfyui-backup', 3005, true, 'auto'],
      ['7', 'spare', 3010, false, 'cpu'],
      ['environment:flux', 'flux', 3002, true, 'auto'],
    ]);
    expect(finding.candidates.map(({ comfyuiFolder }) => comfyuiFolder)).toEqual([
      ...Array.from({ length: 3 }, () => join(workspace, 'ComfyUI-comm')),
      join(workspace, 'ComfyUI-flux'),
    ]);
    // The shared models lie behind a link.
    expect(first(finding).folders.find(({ role }) => role === 'models')).toMatchObject({ files: 1, bytes: 2000 });
  });

  it('finds shared and isolated storage of several instances (001-A1, 001-B1, 001-C2)', async () => {
    const root = await writeDockerMulti(world.home);
    const finding = only(await world.scan());
    expect(finding.kind).toBe('docker-multi');
    expect(
      finding.candidates.map(({ key, port, isActive, comfyuiFolder }) => [key, port, isActive, comfyuiFolder]),
    ).toEqual([
      ['instance-01', null, false, ''],
      ['instance-02', 8189, true, ''],
    ]);
    expect(finding.candidates[1]?.arguments).toEqual(['--lowvram', '--fast']);
    expect(first(finding).modelFolders).toEqual([join(root, 'storage/shared/models')]);
    expect(folder(first(finding), 'user')).toBe(join(root, 'storage/instances/instance-01/user'));
    expect(JSON.stringify(finding)).not.toContain('hf_secret');
  });

  it('follows the paths of a .env file out of the folder (001-B2, 001-B5)', async () => {
    const root = await writeDockerMulti(world.home);
    const elsewhere = join(world.home, 'mnt/nfs/comfy');
    await writeTree(elsewhere, {
      'shared/models/loras/x.safetensors': { bytes: 9 },
      'instances/core/user': { folder: true },
    });
    await writeTree(root, {
      '.env': `COMFY_SHARED_PATH=${elsewhere}/shared # nfs\nCOMFY_INSTANCES_PATH='${elsewhere}/instances'\n`,
    });
    const finding = only(await world.scan());
    expect(finding.candidates.map(({ name }) => name)).toEqual(['core']);
    expect(first(finding).modelFolders).toEqual([join(elsewhere, 'shared/models')]);
  });

  it('finds the one flat data folder from before (001-D5)', async () => {
    const root = await writeDockerSingle(world.home);
    const finding = only(await world.scan());
    expect(finding).toMatchObject({ kind: 'docker-single', location: root });
    expect(first(finding)).toMatchObject({
      port: 8188,
      modelFolders: [join(root, 'data/models')],
      customNodes: ['ComfyUI-GGUF'],
    });
  });
});

describe('a scan of files that describe servers', () => {
  it('reads instances.json with the arguments of all before those of one (000-A2, 000-A3, 000-A5)', async () => {
    await writeTree(world.home, { 'instances.json': instancesFileText });
    const finding = only(await world.scan());
    expect(finding.kind).toBe('instances-file');
    expect(finding.candidates[1]).toMatchObject({
      name: 'comfyui-backup',
      arguments: ['--preview-method', 'auto', '--lowvram'],
    });
    expect(folder(finding.candidates[1] ?? first(finding), 'output')).toBe('/workspace/out put');
    expect(first(finding).settings).toEqual({ description: 'Main ComfyUI instance' });
  });

  it('reads COMFYUI_INSTANCES with its base port (000-A7, 000-A9)', async () => {
    Object.assign(world.environment, { COMFYUI_INSTANCES: '3', COMFYUI_BASE_PORT: '3001', DISABLE_AUTOLAUNCH: 'true' });
    const finding = only(await world.scan());
    expect(finding.kind).toBe('environment-variables');
    expect(finding.candidates.map(({ key, name, port, autoStart }) => [key, name, port, autoStart])).toEqual([
      ['0', 'instance-0', 3001, false],
      ['1', 'instance-1', 3002, false],
      ['2', 'instance-2', 3003, false],
    ]);
  });

  it('leaves COMFYUI_INSTANCES alone where multi-instance mode is off (000-A8)', async () => {
    Object.assign(world.environment, { COMFYUI_INSTANCES: '3', COMFYUI_ENABLE_MULTI_INSTANCE: 'false' });
    expect(await world.scan()).toEqual([]);
  });

  it('reads the configuration file of the guide (002-C2, 002-C9)', async () => {
    const file = join(world.home, 'my-instances.json');
    await writeTree(world.home, { 'my-instances.json': instancesConfigText });
    const finding = only(await world.scan({ usualPlaces: false, files: [file] }));
    expect(finding.kind).toBe('instances-file');
    expect(
      finding.candidates.map(({ name, port, gpuDevice, autoStart, isActive }) => [
        name,
        port,
        gpuDevice,
        autoStart,
        isActive,
      ]),
    ).toEqual([
      ['Default Instance', 8188, 'auto', true, false],
      ['Character Gen - RTX 4090', 8189, 'cuda:0', false, true],
      ['Batch Processing - RTX 3080', 8190, 'cuda:1', false, false],
    ]);
    expect(finding.candidates[1]?.settings).toEqual({ maxConcurrentWorkflows: 2 });
    expect(finding.candidates[2]?.settings).toEqual({ timeoutMs: 600_000 });
    expect(codes(finding)).toEqual(['missing-folder', 'secret-in-environment']);
  });

  it('reads the exported servers, and keeps their passwords apart (002-H4)', async () => {
    await writeTree(world.home, { 'Downloads/comfyui-servers-1767000000000.json': serversFileText });
    const finding = only(await world.scan());
    expect(finding.kind).toBe('servers-file');
    expect(
      finding.candidates.map(({ name, url, authentication, hasSecret, isActive }) => [
        name,
        url,
        authentication,
        hasSecret,
        isActive,
      ]),
    ).toEqual([
      ['This machine', 'http://localhost:8188', { type: 'none' }, false, false],
      ['Render box', 'https://render.example:8443/comfy', { type: 'basic', username: 'anna' }, true, true],
      ['Cloud', 'https://gpu.example', { type: 'bearer' }, true, false],
      ['Keyed', 'https://key.example', { type: 'bearer' }, true, false],
      ['Asks', 'https://asks.example', { type: 'basic', username: 'bob' }, false, false],
    ]);
    expect(codes(finding)).toEqual(['unsupported-login', 'secret-kept-apart']);
    expect(JSON.stringify(finding)).not.toContain(plantedPassword);
    expect(world.scanner.secretOf(finding.id, finding.candidates[1]?.key ?? '')).toBe(plantedPassword);
    expect(world.scanner.secretOf(finding.id, first(finding).key)).toBeNull();
  });
});

describe('a scan of a running ComfyUI', () => {
  const serve = (port: number, comfyuiFolder: string, tokens: readonly string[]): void => {
    world.servers.set(port, {
      version: '0.33.0',
      arguments: ['main.py', ...tokens],
      pid: 4120,
      process: {
        pid: 4120,
        command: ['venv/bin/python', 'main.py', ...tokens],
        workingFolder: comfyuiFolder,
        environment: {
          CUDA_VISIBLE_DEVICES: '1',
          HF_TOKEN: 'hf_of_the_process',
          PYTORCH_CUDA_ALLOC_CONF: 'expandable_segments:True',
        },
      },
    });
  };

  it('takes folders, GPU and interpreter from its process, and is one finding with its clone', async () => {
    const comfyuiFolder = await writeGitCheckout(world.home);
    const data = join(world.home, 'big/data');
    await writeTree(data, {
      'models/checkpoints/a.safetensors': { bytes: 11 },
      'paths.yaml': 'x:\n  base_path: ~/more\n  loras: loras\n',
    });
    serve(8188, comfyuiFolder, [
      '--listen',
      '--base-directory',
      data,
      '--output-directory',
      '../out',
      '--extra-model-paths-config',
      `${data}/paths.yaml`,
      '--fast',
    ]);
    const finding = only(await world.scan());
    expect(finding).toMatchObject({ kind: 'running', location: 'http://127.0.0.1:8188', version: '0.33.0' });
    expect(codes(finding)).toEqual(['missing-folder', 'same-install']);
    expect(first(finding)).toMatchObject({
      comfyuiFolder,
      pythonPath: join(comfyuiFolder, 'venv/bin/python'),
      port: 8188,
      runningPid: 4120,
      isActive: true,
      gpuDevice: 'cuda:1',
      arguments: ['--fast'],
      environmentVariables: { PYTORCH_CUDA_ALLOC_CONF: 'expandable_segments:True' },
    });
    expect(first(finding).modelFolders).toEqual([
      join(data, 'models'),
      join(world.home, 'more/loras'),
      join(comfyuiFolder, 'models'),
    ]);
    expect(folder(first(finding), 'output')).toBe(join(world.home, 'out'));
    expect(JSON.stringify(finding)).not.toContain('hf_of_the_process');
  });

  it('finds one on 8000 and one on 8188', async () => {
    const comfyuiFolder = await writeGitCheckout(world.home);
    serve(8188, comfyuiFolder, []);
    world.servers.set(8000, {
      version: '0.13.0',
      arguments: ['/app/ComfyUI/main.py', '--cuda-device', '0'],
      pid: null,
      process: null,
    });
    const findings = await world.scan();
    expect(findings.map(({ location, kind }) => [location, kind])).toEqual([
      ['http://127.0.0.1:8188', 'running'],
      ['http://127.0.0.1:8000', 'running'],
    ]);
    // A container shows paths that are not of this machine.
    expect(findings[1]?.candidates[0]).toMatchObject({
      comfyuiFolder: '',
      url: 'http://127.0.0.1:8000',
      gpuDevice: 'cuda:0',
    });
    expect(codes(findings[1] ?? only([]))).toEqual(['not-on-this-machine']);
  });

  it('finds one on a port that an install says it uses, though it is none of the usual ones', async () => {
    const { defaultWorkspace } = await writeComfyCli(world.home);
    serve(8190, defaultWorkspace, ['--port', '8190']);
    const findings = await world.scan();
    expect(findings.map(({ kind, location }) => [kind, location])).toEqual([
      ['running', 'http://127.0.0.1:8190'],
      ['comfy-cli', join(world.home, '.config/comfy-cli/config.ini')],
    ]);
    // The other workspace stays with comfy-cli.
    expect(findings[1]?.candidates.map(({ key }) => key)).toEqual(['recent']);
  });

  it('says so where a server does not tell its folder', async () => {
    world.servers.set(8188, { version: '0.3.64', arguments: ['main.py', '--port', '8188'], pid: null, process: null });
    const finding = only(await world.scan());
    expect(codes(finding)).toEqual(['folder-unknown']);
    expect(first(finding)).toMatchObject({ comfyuiFolder: '', port: 8188, url: 'http://127.0.0.1:8188' });
  });

  it('knows a server that does not tell its folder by the one install that would listen on its port', async () => {
    const comfyuiFolder = await writeGitCheckout(world.home);
    world.servers.set(8188, { version: '0.33.0', arguments: ['main.py', '--lowvram'], pid: 4120, process: null });
    const finding = only(await world.scan());
    expect(finding.kind).toBe('running');
    expect(codes(finding)).toEqual(['same-install']);
    expect(first(finding)).toMatchObject({ comfyuiFolder, runningPid: 4120, arguments: ['--lowvram'], isActive: true });
  });

  it('does not guess where two installs would, or where the version is another one', async () => {
    await writeGitCheckout(world.home);
    world.servers.set(8188, { version: '0.13.0', arguments: ['main.py'], pid: null, process: null });
    expect((await world.scan()).map(({ kind }) => kind)).toEqual(['running', 'git']);
    await writeGitCheckout(join(world.home, 'src'), { version: '0.13.0' });
    await writeGitCheckout(join(world.home, 'git'), { version: '0.13.0' });
    const findings = await world.scan();
    expect(findings.map(({ kind }) => kind)).toEqual(['running', 'git', 'git', 'git']);
    expect(codes(findings[0] ?? only([]))).toEqual(['folder-unknown']);
  });

  it('takes an address of this machine for the server on its port, and another for a remote one', async () => {
    const comfyuiFolder = await writeGitCheckout(world.home);
    serve(9000, comfyuiFolder, []);
    const findings = await world.scan({
      usualPlaces: false,
      urls: ['localhost:9000', 'https://anna:s3cret@gpu.example/x/'],
    });
    expect(findings.map(({ kind, location }) => [kind, location])).toEqual([
      ['running', 'http://127.0.0.1:9000'],
      ['url', 'https://gpu.example/x'],
    ]);
    expect(codes(findings[1] ?? only([]))).toEqual(['no-answer']);
    expect(findings[1]?.candidates[0]).toMatchObject({
      authentication: { type: 'basic', username: 'anna' },
      hasSecret: true,
    });
    expect(JSON.stringify(findings)).not.toContain('s3cret');
    expect(world.scanner.secretOf(findings[1]?.id ?? '', 'url')).toBe('s3cret');
  });
});

describe('a folder that a person points at', () => {
  const point = (path: string): Promise<readonly MigrationFinding[]> =>
    world.scan({ usualPlaces: false, folders: [path] });

  it('is searched below for every ComfyUI in it', async () => {
    await writeGitCheckout(join(world.home, 'disk/one'));
    await writePortable(join(world.home, 'disk/two/deep'));
    const findings = await point(join(world.home, 'disk'));
    expect(findings.map(({ kind }) => kind).toSorted()).toEqual(['git', 'portable']);
  });

  it('may be the ComfyUI inside a portable build', async () => {
    const portable = await writePortable(world.home);
    expect(only(await point(join(portable, 'ComfyUI')))).toMatchObject({ kind: 'portable', location: portable });
  });

  it.each([
    ['empty', 'no-install'],
    ['nowhere', 'missing-folder'],
  ])('that is %s is said to be so', async (name, code) => {
    await mkdir(join(world.home, 'empty'), { recursive: true });
    const finding = only(await point(join(world.home, name)));
    expect(finding.candidates).toEqual([]);
    expect(codes(finding)).toEqual([code]);
  });

  it('that links to itself ends', async () => {
    const root = join(world.home, 'loop');
    await mkdir(root, { recursive: true });
    await symlink(root, join(root, 'again'));
    await symlink('self', join(root, 'self'));
    expect(codes(only(await point(root)))).toEqual(['no-install']);
  });
});
