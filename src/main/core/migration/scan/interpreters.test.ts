import { describe, expect, it } from 'vitest';
import { readEnvironmentFile } from './environment-file.ts';
import { expandPath, normalPath, resolvePath } from './foreign-path.ts';
import { backgroundOf, readDefaultSection } from './look-comfy-cli.ts';
import { launchArgumentsOf } from './look-desktop-1.ts';
import { argumentsOfBatch } from './look-install.ts';
import { readServersFile } from './look-servers-file.ts';
import { launchOptions } from './look-stability-matrix.ts';
import { memoryContext } from './memory-places.fixture.ts';
import { modelFoldersOf, modelPathsOf } from './model-paths.ts';
import { deviceOf, deviceOfEnvironment, keptEnvironment, readArguments } from './read-arguments.ts';
import { remoteCandidate, splitLogin } from './remote-candidate.ts';

const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

describe('arguments of ComfyUI (comfyui-protocol.md 1.2)', () => {
  it('are taken apart into what an instance says itself, and the rest as it stood', () => {
    const read = readArguments(
      words(
        '--listen 0.0.0.0,:: --port=8200 --base-directory /b --user-directory=/u --extra-model-paths-config a.yaml b.yaml --extra-model-paths-config c.yaml --cache-ram 4 8 --auto-launch --database-url sqlite:///x --tls-keyfile k --fast fp16 --verbose',
      ),
    );
    expect(read).toEqual({
      folders: { base: '/b', user: '/u' },
      port: 8200,
      host: '0.0.0.0',
      gpuDevice: '',
      databaseUrl: 'sqlite:///x',
      modelConfigurationFiles: ['a.yaml', 'b.yaml', 'c.yaml'],
      others: ['--cache-ram', '4', '8', '--fast', 'fp16', '--verbose'],
      leftOut: ['--tls-keyfile'],
    });
  });

  it.each([
    ['--cpu', 'cpu'],
    ['--cuda-device 1', 'cuda:1'],
    ['--cuda-device 0,2', 'cuda:0,cuda:2'],
    ['--default-device 3', 'cuda:3'],
    ['--cuda-device all', ''],
    ['--directml', 'directml'],
    ['--directml 1', 'directml:1'],
    ['--lowvram', ''],
  ])('%s means the device %s', (text, device) => {
    expect(readArguments(words(text)).gpuDevice).toBe(device);
  });

  it.each(['--port', '--port x', '--port 0', '--port 99999', '--port -1'])('%s is no port', (text) => {
    expect(readArguments(words(text)).port).toBeNull();
  });

  it('keep a bare --listen as every address, and forget words before the first flag', () => {
    expect(readArguments(words('stray --listen --lowvram'))).toMatchObject({ host: '0.0.0.0', others: ['--lowvram'] });
  });

  it('in the environment of a process say the GPU, and give nothing else away', () => {
    expect(deviceOf('GPU-1234, 0')).toBe('GPU-1234,cuda:0');
    expect(deviceOfEnvironment({ CUDA_VISIBLE_DEVICES: '', HIP_VISIBLE_DEVICES: '2' })).toBe('cuda:2');
    expect(deviceOfEnvironment({ CUDA_VISIBLE_DEVICES: '-1' })).toBe('cpu');
    expect(keptEnvironment({ HF_TOKEN: 'x', PATH: '/bin', HF_HOME: '/hf', EMPTY: undefined })).toEqual({
      HF_HOME: '/hf',
    });
  });
});

describe('extra_model_paths.yaml', () => {
  const context = memoryContext({}, { home: '/home/anna', environment: { DISK: '/mnt/disk' } });
  const read = (document: unknown) => modelPathsOf(document, '/comfy/extra_model_paths.yaml', context);

  it('resolves paths as ComfyUI does: from the base path, else from the file', () => {
    const paths = read({
      a: { base_path: '$DISK/a/', is_default: true, checkpoints: 'ckpt\n/abs/ckpt\n', loras: '../loras' },
      b: { base_path: '~/b', vae: 'vae' },
      c: { base_path: 'relative', vae: 'x' },
      d: { embeddings: 'embeddings' },
      e: null,
    });
    expect(paths.damaged).toEqual([]);
    expect(paths.paths.map(({ section, kind, path, isDefault }) => [section, kind, path, isDefault])).toEqual([
      ['a', 'checkpoints', '/mnt/disk/a/ckpt', true],
      ['a', 'checkpoints', '/abs/ckpt', true],
      ['a', 'loras', '/mnt/disk/loras', true],
      ['b', 'vae', '/home/anna/b/vae', false],
      ['c', 'vae', '/comfy/relative/x', false],
      ['d', 'embeddings', '/comfy/embeddings', false],
    ]);
  });

  it('names each folder once, and no custom nodes among them', () => {
    const paths = read({
      a: { base_path: '/m', clip: 'te', text_encoders: 'te', custom_nodes: 'nodes', download_model_base: 'models' },
    });
    expect(modelFoldersOf(paths)).toEqual(['/m/te']);
  });

  it.each([
    [{ a: 'text' }, ['a']],
    [{ a: { base_path: 3, vae: 'x' } }, ['a.base_path']],
    [{ a: { vae: { x: 1 } } }, ['a.vae']],
    [[1, 2], []],
    [null, []],
    ['text', []],
  ])('%j is damaged at %j', (document, damaged) => {
    expect(read(document).damaged).toEqual(damaged);
  });

  it('reads a list where a text belongs, and no more than a file of ComfyUI could hold', () => {
    expect(modelFoldersOf(read({ a: { loras: ['/x', '/y'] } }))).toEqual(['/x', '/y']);
    const lines = Array.from({ length: 2000 }, (_, index) => `/m/${index}`).join('\n');
    expect(read({ a: { loras: lines } }).paths).toHaveLength(500);
  });
});

describe('files of launchers', () => {
  it('config.ini of comfy-cli is read as Python reads it', () => {
    const values = readDefaultSection(
      '# x\n[other]\nkey = no\n[DEFAULT]\nDefault_Workspace: /a b\nempty =\npercent = 5%%\n  continued\n; y\n',
    );
    expect([...(values ?? [])]).toEqual([
      ['default_workspace', '/a b'],
      ['empty', ''],
      ['percent', '5%'],
    ]);
    expect(readDefaultSection('[DEFAULT\nx = 1')).toBeNull();
    expect(readDefaultSection('no section = 1')).toBeNull();
    expect(readDefaultSection('')).toEqual(new Map());
    expect(backgroundOf("('127.0.0.1', 8188, 4242)")).toEqual({ port: 8188, pid: 4242 });
    expect(backgroundOf('nonsense')).toBeNull();
  });

  it.each([
    ['.\\python_embeded\\python.exe -s ComfyUI\\main.py --lowvram\r\npause', ['--lowvram']],
    ['python "C:\\a b\\main.py" --port 1 %*', ['--port', '1']],
    ['rem python main.py --cpu\n:: python main.py --cpu', null],
    ['python main.py', []],
    ['python main.py --a > log.txt', ['--a']],
    ['echo hello', null],
  ])('the batch line %j starts ComfyUI with %j', (text, tokens) => {
    expect(argumentsOfBatch(text, words)).toEqual(tokens);
  });

  it('launch arguments of Comfy Desktop 1 are flags, whatever stands in the file', () => {
    const settings = {
      'Comfy.Server.LaunchArgs': { cpu: '', port: '8010', fast: true, lowvram: false, 'bad name; rm': 'x', list: [1] },
    };
    expect(launchArgumentsOf(settings)).toEqual(['--cpu', '--port', '8010', '--fast']);
    expect(launchArgumentsOf({ 'Comfy.Server.LaunchArgs': 'x' })).toEqual([]);
    expect(launchArgumentsOf(null)).toEqual([]);
  });

  it('options of StabilityMatrix are switches, values, and free text without a name', () => {
    const options = [
      { Name: '--port', OptionValue: '8188' },
      { Name: '--reserve-vram', OptionValue: 2 },
      { Name: '--preview-method auto', OptionValue: true },
      { Name: '--cpu', OptionValue: false },
      { Name: '', OptionValue: '--fast --async-offload' },
      { Name: '--listen', OptionValue: null },
      'damaged',
    ];
    expect(launchOptions(options, words)).toEqual([
      '--port',
      '8188',
      '--reserve-vram',
      '2',
      '--preview-method',
      'auto',
      '--fast',
      '--async-offload',
    ]);
  });

  it('.env files are read as compose does', () => {
    const values = readEnvironmentFile(
      'export A=1\nB="two words" # c\nC=\'x # y\'\nD=plain # c\n#E=1\nnonsense\nA=2\nF=\n',
    );
    expect([...values]).toEqual([
      ['A', '2'],
      ['B', 'two words'],
      ['C', 'x # y'],
      ['D', 'plain'],
      ['F', ''],
    ]);
  });

  it('a servers file that is none yields no server and says so', () => {
    for (const document of [{ servers: null }, { servers: [3, null, { name: 'no address' }] }]) {
      const seen = readServersFile(document, '/x.json');
      expect(seen.candidates).toEqual([]);
      expect(seen.remarks.length).toBeGreaterThan(0);
    }
  });
});

describe('paths and addresses', () => {
  it.each([
    ['/a/./b//../c/', 'linux', '/a/c'],
    ['/..', 'linux', '/'],
    ['a/../..', 'linux', '..'],
    ['C:\\a\\..\\b\\', 'win32', 'C:\\b'],
    ['C:/a/b', 'win32', 'C:\\a\\b'],
    ['\\\\server\\share\\x\\..', 'win32', '\\\\server\\share\\'],
    ['', 'linux', '.'],
  ] as const)('%s on %s is %s', (path, platform, normal) => {
    expect(normalPath(path, platform)).toBe(normal);
  });

  it('keeps a path of another system as it is', () => {
    expect(resolvePath('/home', 'D:\\out', 'linux')).toBe('D:\\out');
    expect(resolvePath('C:\\x', '/workspace/out', 'win32')).toBe('/workspace/out');
    expect(resolvePath('/home/a', '../b', 'linux')).toBe('/home/b');
  });

  it('expands what is known, and leaves the rest', () => {
    const expand = (path: string, platform: 'linux' | 'win32' = 'linux') =>
      expandPath(path, '/h', { A: 'x' }, platform);
    expect([expand('~/m'), expand('~x/m'), expand('$A/${A}/$B'), expand('%A%/m'), expand('%A%/m', 'win32')]).toEqual([
      '/h/m',
      '~x/m',
      'x/x/$B',
      '%A%/m',
      'x/m',
    ]);
  });

  it('takes a login out of an address', () => {
    expect(splitLogin('https://a%40b:p%3Aw@host/x')).toEqual({
      url: 'https://host/x',
      username: 'a@b',
      password: 'p:w',
    });
    expect(splitLogin('host:8188')).toEqual({ url: 'http://host:8188', username: '', password: '' });
    expect(splitLogin('http://%zz@host')).toMatchObject({ username: '%zz' });
    expect(splitLogin('not an address')).toMatchObject({ username: '' });
    expect(remoteCandidate('k', 'n', 'not an address')).toMatchObject({ url: 'not an address', port: null });
  });
});
