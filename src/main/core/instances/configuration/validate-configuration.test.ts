import { describe, expect, it } from 'vitest';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { configurationOf, createFakeMachine, type FakeWorld, gpuOf, type Hanging } from './fake-machine.fixture.ts';
import { type ValidationSubject, validateConfiguration } from './validate-configuration.ts';

interface Scene {
  readonly world?: FakeWorld;
  readonly hanging?: readonly Hanging[];
  readonly subject?: Partial<ValidationSubject>;
}

const validate = async (changes: Partial<InstanceConfiguration>, { world, hanging, subject = {} }: Scene = {}) => {
  const { machine, clock } = createFakeMachine(world, hanging);
  const report = validateConfiguration(
    { configuration: configurationOf(changes), existing: null, fleet: [], isRunning: false, ...subject },
    machine,
  );
  await clock.advance(20_000);
  return report;
};

/** `field code` of every finding, with a mark on warnings. */
const findings = async (...input: Parameters<typeof validate>): Promise<readonly string[]> =>
  (await validate(...input)).problems.map(
    ({ field, severity, code }) => `${severity === 'error' ? '' : '~'}${field} ${code}`,
  );

const messages = async (...input: Parameters<typeof validate>): Promise<readonly string[]> =>
  (await validate(...input)).problems.map(({ message }) => message);

const other = configurationOf({ id: 'two', name: 'Batch Processing', port: 8190, comfyuiFolder: '/comfy' });

describe('validating a local instance', () => {
  it('has nothing to say about a good one', async () => {
    expect(await validate({}, { subject: { fleet: [other] } })).toEqual({ valid: true, problems: [] });
  });

  it('tells everything in one pass, in the order of the form', async () => {
    const wrong: Partial<InstanceConfiguration> = {
      name: ' ',
      port: 70_000,
      host: 'not a host',
      gpuDevice: 'cuda:2',
      customNodesPath: '/nowhere',
      timeoutMs: 10,
      maxConcurrentWorkflows: 0,
      environmentVariables: { '1BAD': 'x' },
      extraArguments: ['--cors-header-value', '*'],
    };
    expect(await findings(wrong, { world: { gpus: [gpuOf(0)] } })).toEqual([
      'name name-missing',
      'timeoutMs timeout-range',
      'maxConcurrentWorkflows max-workflows-range',
      'host host-invalid',
      'port port-range',
      'gpuDevice gpu-missing',
      'customNodesPath path-missing',
      'environmentVariables.1BAD variable-name',
      'extraArguments argument-unknown',
    ]);
  });

  it('uses the documented texts', async () => {
    expect(await messages({ port: 0 })).toEqual(['Port must be between 1 and 65535']);
    expect(await messages({ port: 8190 }, { subject: { fleet: [other] } })).toEqual([
      'Port 8190 is already used by instance "Batch Processing"',
    ]);
    expect(await messages({ gpuDevice: 'cuda:2' }, { world: { gpus: [gpuOf(0)] } })).toEqual([
      "GPU device 'cuda:2' not available on this system",
    ]);
    expect(await messages({ customNodesPath: '/nowhere' })).toEqual([
      'Custom nodes path does not exist or is not accessible',
    ]);
  });

  it.each([0, -1, 65_536, 8188.5, Number.NaN])('refuses port %s', async (port) => {
    expect(await findings({ port })).toEqual(['port port-range']);
  });

  it.each([1024, 8188, 65_535])('takes port %s', async (port) => {
    expect(await findings({ port })).toEqual([]);
  });

  it.each([
    [999, ['timeoutMs timeout-range']],
    [1000, ['~timeoutMs timeout-short']],
    [9999, ['~timeoutMs timeout-short']],
    [10_000, []],
    [86_400_000, []],
    [86_400_001, ['timeoutMs timeout-range']],
  ])('judges a timeout of %d ms', async (timeoutMs, expected) => {
    expect(await findings({ timeoutMs })).toEqual(expected);
  });

  it('warns of a port below 1024', async () => {
    expect(await findings({ port: 80 })).toEqual(['~port port-privileged']);
  });

  describe('a port that somebody listens on', () => {
    const world = { listeners: { 8188: { pid: 4120, name: 'python' } } };

    it('is refused, and the program is named', async () => {
      const report = await validate({}, { world });
      expect(report.valid).toBe(false);
      expect(report.problems).toMatchObject([
        {
          code: 'port-taken',
          message: 'Port 8188 is already used by python (pid 4120)',
          details: { pid: 4120, program: 'python' },
        },
      ]);
    });

    it.each([
      [null, 'another program'],
      [{ pid: null, name: 'nginx' }, 'nginx'],
      [{ pid: 7, name: null }, 'a program (pid 7)'],
    ])('is refused when the system tells only %j', async (owner, text) => {
      expect(await messages({}, { world: { listeners: { 8188: owner } } })).toEqual([
        `Port 8188 is already used by ${text}`,
      ]);
    });

    it("is fine when it is the instance's own process", async () => {
      expect(
        await findings({ name: 'New name' }, { world, subject: { existing: configurationOf(), isRunning: true } }),
      ).toEqual([]);
    });

    it('is refused when a running instance moves to it', async () => {
      const existing = configurationOf({ port: 9000 });
      expect(await findings({}, { world, subject: { existing, isRunning: true } })).toEqual(['port port-taken']);
    });

    it('is a warning for a stopped instance that keeps its port, so that its other fields can be edited', async () => {
      expect(await findings({ name: 'New name' }, { world, subject: { existing: configurationOf() } })).toEqual([
        '~port port-taken',
      ]);
    });
  });

  it('counts a remote instance on this machine as a user of its port, and others not', async () => {
    const near = configurationOf({ id: 'r', name: 'Near', kind: 'remote', host: 'localhost', port: 8188 });
    const far = configurationOf({ id: 'f', name: 'Far', kind: 'remote', host: 'gpu-box', port: 8188 });
    expect(await findings({}, { subject: { fleet: [near] } })).toEqual(['port port-instance']);
    expect(await findings({}, { subject: { fleet: [far] } })).toEqual([]);
  });

  it('does not take the instance itself for another one', async () => {
    const existing = configurationOf();
    expect(await findings({}, { subject: { existing, fleet: [existing, other] } })).toEqual([]);
  });

  it('refuses a second instance with the name or the id of another', async () => {
    expect(await findings({ name: ' batch processing' }, { subject: { fleet: [other] } })).toEqual(['name name-taken']);
    expect(await findings({ id: 'two' }, { subject: { fleet: [other] } })).toEqual(['id id-taken']);
  });

  it.each([
    ['0.0.0.0', ['~host host-public']],
    ['192.168.1.5', ['~host host-public']],
    ['203.0.113.7', ['~host host-public', 'host host-not-here']],
    ['::', ['~host host-public']],
    ['::1', []],
    ['localhost', []],
    ['a b', ['host host-invalid']],
    ['-x', ['host host-invalid']],
    ['host/path', ['host host-invalid']],
  ])('judges host %s', async (host, expected) => {
    expect(await findings({ host })).toEqual(expected);
  });

  describe('the GPU', () => {
    const world = { gpus: [gpuOf(0), gpuOf(1), gpuOf(2, { vendor: 'amd', uuid: null, name: 'AMD Radeon' })] };

    it.each([
      ['auto', []],
      ['cpu', []],
      ['cuda:1', []],
      ['0,1', []],
      [gpuOf(1).uuid ?? '', []],
      ['3', ['gpuDevice gpu-missing']],
      ['0,7,8', ['gpuDevice gpu-missing', 'gpuDevice gpu-missing']],
      ['GPU-deadbeef-0000', ['gpuDevice gpu-missing']],
      ['0,2', ['gpuDevice gpu-vendors']],
      ['xpu', ['~gpuDevice gpu-unpinned']],
    ])('is judged: %s', async (gpuDevice, expected) => {
      expect(await findings({ gpuDevice }, { world })).toEqual(expected);
    });

    it('may be missing for a sandbox instance', async () => {
      expect(await findings({ program: 'sandbox', gpuDevice: 'cuda:9', comfyuiFolder: '' })).toEqual([]);
    });

    it('is warned of when another instance has it, unless that one is disabled', async () => {
      const sharing = { ...other, gpuDevice: '0' };
      expect(await findings({ gpuDevice: 'cuda:0' }, { world, subject: { fleet: [sharing] } })).toEqual([
        '~gpuDevice gpu-shared',
      ]);
      expect(
        await findings({ gpuDevice: 'cuda:0' }, { world, subject: { fleet: [{ ...sharing, enabled: false }] } }),
      ).toEqual([]);
    });
  });

  describe('paths', () => {
    const world: FakeWorld = {
      folders: ['/', '/comfy', '/nodes', '/locked', '/out', '/empty'],
      files: ['/comfy/main.py', '/a-file'],
      programs: ['/comfy/venv/bin/python', '/opt/python'],
      unreadable: ['/secret'],
      readOnly: ['/locked'],
    };

    it.each([
      [{ comfyuiFolder: '' }, ['comfyuiFolder comfyui-folder-missing']],
      [{ comfyuiFolder: '/empty', pythonPath: '/opt/python' }, ['comfyuiFolder main-file-missing']],
      [{ comfyuiFolder: '/nowhere' }, ['comfyuiFolder path-missing']],
      [{ comfyuiFolder: '/secret' }, ['comfyuiFolder path-unreadable']],
      [{ comfyuiFolder: '/a-file' }, ['comfyuiFolder path-not-folder']],
      [{ comfyuiFolder: 'comfy' }, ['comfyuiFolder path-relative']],
      [{ customNodesPath: '/nodes' }, []],
      [{ customNodesPath: '/nodes/../../etc' }, ['customNodesPath path-climbs']],
      [{ customNodesPath: '~/nodes' }, ['customNodesPath path-relative']],
      [{ customNodesPath: '/nodes\n' }, ['customNodesPath path-invalid']],
      [{ customNodesPath: '/secret' }, ['customNodesPath path-unreadable']],
      [{ pythonPath: '/nowhere/python' }, ['pythonPath python-missing']],
      [{ pythonPath: '/a-file' }, ['pythonPath python-not-executable']],
      [{ pythonPath: '../python' }, ['pythonPath path-climbs']],
      [{ pythonPath: 'python9' }, ['pythonPath python-not-run']],
      [{ pythonPath: '/opt/python' }, []],
    ])('%j', async (changes, expected) => {
      expect(await findings(changes, { world })).toEqual(expected);
    });

    it('says when the system has to lend its Python', async () => {
      const lending = { ...world, programs: ['python3'] };
      expect(await findings({}, { world: lending })).toEqual(['~pythonPath python-of-system']);
      expect(await findings({}, { world: { ...world, programs: [] } })).toEqual(['pythonPath python-not-run']);
    });

    it.each([
      ['output', '/out', []],
      ['output', '/out/new/deep', ['~folders.output path-new']],
      ['output', '/a-file', ['folders.output path-not-folder']],
      ['output', '/locked', ['folders.output path-not-writable']],
      ['output', '/locked/new', ['folders.output path-not-writable']],
      ['output', '/a-file/new', ['folders.output path-not-writable']],
      ['output', '/secret', ['folders.output path-unreadable']],
      ['temp', 'out', ['folders.temp path-relative']],
      ['models', '/out', []],
      ['models', '/out/new', ['folders.models path-missing']],
    ])('folder %s at %s', async (name, path, expected) => {
      const folders = { base: '', output: '', input: '', user: '', temp: '', models: '', [name]: path };
      expect(await findings({ folders }, { world })).toEqual(expected);
    });

    it('tells folders that another instance has', async () => {
      const folders = { base: '', output: '/out', input: '/out', user: '', temp: '/out', models: '/out' };
      const fleet = [{ ...other, folders: { ...folders, output: '/out/' } }];
      expect(await findings({ folders }, { world, subject: { fleet } })).toEqual([
        '~folders.output folder-shared',
        'folders.temp folder-shared',
      ]);
    });
  });

  it.each([
    [{ FOO_1: 'x', _a: '' }, []],
    [{ 'A-B': 'x' }, ['environmentVariables.A-B variable-name']],
    [{ '': 'x' }, ['environmentVariables. variable-name']],
    [{ 'A=B': 'x' }, ['environmentVariables.A=B variable-name']],
    [{ A: 'x\0y' }, ['environmentVariables.A variable-value']],
    [{ ATELIER_INSTANCE_ID: 'x' }, ['environmentVariables.ATELIER_INSTANCE_ID variable-reserved']],
    [{ CUDA_VISIBLE_DEVICES: '1' }, []],
    [{ HF_TOKEN: 'hf_x' }, ['~environmentVariables.HF_TOKEN variable-secret']],
    [{ HF_TOKEN: '' }, []],
    [{ PYTORCH_CUDA_ALLOC_CONF: 'max_split_size_mb:512', COMFYUI_CUSTOM_NODES: '/x' }, []],
    [{ PYTHONUNBUFFERED: '0' }, ['~environmentVariables.PYTHONUNBUFFERED variable-managed']],
  ])('judges the variables %j', async (environmentVariables, expected) => {
    expect(await findings({ environmentVariables })).toEqual(expected);
  });

  it('warns of a variable that the GPU field overrides', async () => {
    const environmentVariables = { CUDA_VISIBLE_DEVICES: '1' };
    expect(await findings({ environmentVariables, gpuDevice: '0' }, { world: { gpus: [gpuOf(0)] } })).toEqual([
      '~environmentVariables.CUDA_VISIBLE_DEVICES variable-overridden',
    ]);
  });

  describe('arguments', () => {
    it.each([
      [['--lowvram', '--preview-method', 'taesd', '--reserve-vram=2'], []],
      [['--cache-lru', '-1'], []],
      [['--whitelist-custom-nodes', 'a', 'b'], []],
      [['--reserve', '2'], []],
      [['--normalvram'], ['extraArguments argument-unknown']],
      [['--reserve-vram'], ['extraArguments argument-value-missing']],
      [['--preview-method=taesd'], []],
      [['--preview-method=fast'], ['extraArguments argument-choice']],
      [['--preview-method', 'fast'], ['extraArguments argument-choice']],
      [['--lowvram', 'yes'], ['extraArguments argument-stray']],
      [['stray'], ['extraArguments argument-stray']],
      [['--lowvram', '--highvram'], ['extraArguments argument-exclusive']],
      [['--port', '9000'], ['extraArguments argument-managed']],
      [['--listen=0.0.0.0'], ['extraArguments argument-managed']],
      [['--help'], ['extraArguments argument-refused']],
      [['--tls-keyfile', 'k'], ['extraArguments argument-refused']],
      [['--output-directory', '/x'], ['~extraArguments argument-overrides']],
      [['--auto-launch'], ['~extraArguments argument-useless']],
      [['--cuda-device', '1'], []],
      [['a\0b'], ['extraArguments argument-invalid']],
    ])('%j', async (extraArguments, expected) => {
      expect(await findings({ extraArguments })).toEqual(expected);
    });

    it('suggests the flag that was meant', async () => {
      const suggestions = async (argument: string) =>
        (await validate({ extraArguments: [argument] })).problems.map(({ details }) => details['suggestion']);
      expect(await suggestions('--preview-metod')).toEqual(['--preview-method']);
      expect(await suggestions('--cors-header-value')).toEqual(['--enable-cors-header']);
      expect(await suggestions('--zzzzzz')).toEqual([null]);
    });

    it('refuses a GPU flag beside the GPU field, and --lowvram beside cpu', async () => {
      const world = { gpus: [gpuOf(0)] };
      expect(await findings({ gpuDevice: '0', extraArguments: ['--cuda-device', '0'] }, { world })).toEqual([
        'extraArguments argument-gpu',
      ]);
      expect(await findings({ gpuDevice: 'cpu', extraArguments: ['--lowvram'] })).toEqual([
        'extraArguments argument-exclusive',
      ]);
    });

    it('warns when the help cannot be read, and still finds what needs no help', async () => {
      expect(await findings({ extraArguments: ['--new', '--port', '1'] }, { world: { help: null } })).toEqual([
        'extraArguments argument-managed',
        '~extraArguments arguments-unchecked',
      ]);
    });

    it('refuses a quote that nothing closes', async () => {
      const subject = { extraArgumentsText: '--lowvram "abc' };
      expect(await findings({ extraArguments: ['--lowvram', 'abc'] }, { subject })).toEqual([
        'extraArguments argument-quote',
      ]);
    });
  });

  it.each([
    [
      'disk',
      ['~comfyuiFolder path-unchecked', '~customNodesPath path-unchecked', '~extraArguments arguments-unchecked'],
    ],
    ['gpus', ['~gpuDevice gpu-unchecked']],
    ['ports', []],
    ['help', ['~extraArguments arguments-unchecked']],
  ] as const)('still answers when the %s hang', async (part, expected) => {
    const world: FakeWorld = { folders: ['/', '/comfy', '/nodes'], gpus: [gpuOf(0)] };
    const changes = { gpuDevice: '0', customNodesPath: '/nodes', extraArguments: ['--lowvram'] };
    expect(await findings(changes, { world, hanging: [part] })).toEqual(expected);
  });
});

describe('validating a remote instance', () => {
  const remote = (url: string, changes: Partial<InstanceConfiguration> = {}): Partial<InstanceConfiguration> => ({
    kind: 'remote',
    url,
    comfyuiFolder: '',
    ...changes,
  });

  it.each([
    ['http://gpu-box:8188', []],
    ['https://gpu.example.com/comfy', []],
    ['http://[fe80::1]:8188', []],
    ['gpu-box:8188', []],
    ['', ['url url-syntax']],
    ['http://', ['url url-syntax']],
    ['http://a b', ['url url-syntax']],
    ['ftp://gpu-box', ['url url-protocol']],
    ['http://me:pass@gpu-box', ['url url-credentials']],
    ['http://gpu-box/?token=1', ['url url-query']],
    ['http://gpu-box:0', ['port port-range']],
  ])('judges the address %s', async (url, expected) => {
    expect(await findings(remote(url))).toEqual(expected);
  });

  it('does not repeat a password', async () => {
    expect(JSON.stringify(await validate(remote('http://me:hunter2@gpu-box')))).not.toContain('hunter2');
  });

  it.each(['refused', 'unknown-host', 'unreachable', 'timeout'] as const)(
    'warns when the host is %s',
    async (reach) => {
      expect((await validate(remote('http://gpu-box:8188'), { world: { reach } })).problems).toMatchObject([
        {
          field: 'url',
          severity: 'warning',
          code: 'host-unreachable',
          details: { reason: reach, host: 'gpu-box', port: 8188 },
        },
      ]);
    },
  );

  it('warns within its limit when nothing answers at all', async () => {
    expect(await findings(remote('http://gpu-box:8188'), { hanging: ['hosts'] })).toEqual(['~url host-unreachable']);
  });

  it('refuses the address of another instance', async () => {
    const fleet = [configurationOf({ id: 'r', name: 'There', kind: 'remote', host: 'GPU-box', port: 8188 })];
    expect(await findings(remote('http://gpu-box:8188'), { subject: { fleet } })).toEqual(['url address-instance']);
    expect(await findings(remote('http://gpu-box:8189'), { subject: { fleet } })).toEqual([]);
    const local = [configurationOf({ id: 'l', name: 'Here', port: 8188 })];
    expect(await findings(remote('http://localhost:8188'), { subject: { fleet: local } })).toEqual([
      'url address-instance',
    ]);
  });

  it.each([
    'http://localhost:8400',
    'localhost:8400/',
    'http://LOCALHOST.:8400',
    'https://127.0.0.1:8400/api',
    'http://127.1:8400',
    'http://2130706433:8400',
    'http://0.0.0.0:8400',
    'http://[::1]:8400',
    'http://[0:0:0:0:0:0:0:1]:8400',
    'http://[::]:8400',
    'http://[::ffff:127.0.0.1]:8400',
    'http://studio.localhost:8400',
    'http://192.168.0.7:8188',
  ])('refuses %s, where the program itself listens', async (url) => {
    for (const own of ['http://127.0.0.1:8400', 'http://[::1]:8400', 'http://0.0.0.0:8400']) {
      const world: FakeWorld = { ownAddresses: [own, 'http://192.168.0.7:8188'] };
      expect(await findings(remote(url), { world })).toEqual(['url address-own']);
    }
  });

  it.each(['http://localhost:8401', 'http://192.168.0.8:8188', 'http://localhost:8188', 'http://gpu-box:8400'])(
    'takes %s, where it does not',
    async (url) => {
      const world: FakeWorld = { ownAddresses: ['http://127.0.0.1:8400', 'http://192.168.0.7:8188'] };
      expect(await findings(remote(url), { world })).toEqual([]);
    },
  );

  it('warns of credentials over plain http, and wants a user name', async () => {
    const basic = { authentication: { type: 'basic', username: ' ' } } as const;
    expect(await findings(remote('http://gpu-box:8188', basic))).toEqual([
      '~url credentials-unencrypted',
      'authentication.username username-missing',
    ]);
    const bearer = { authentication: { type: 'bearer' } } as const;
    expect(await findings(remote('https://gpu-box', bearer))).toEqual([]);
    expect(await findings(remote('http://127.0.0.1:8188', bearer))).toEqual([]);
  });
});
