import { describe, expect, it } from 'vitest';
import { instanceDraftSchema } from '#contract/models/instance.ts';
import { migrationPlanSchema } from '#contract/models/migration.ts';
import { clashes, existing, factsOf, finding, gpu, home, install, listed, planOf } from './plan-facts.fixture.ts';
import { planMigration } from './plan-migration.ts';

const twoGpus = [gpu(0), gpu(1, 'NVIDIA GeForce RTX 3080')];
const clone = finding('git', [install()]);

describe('a plan for one install', () => {
  it('is one instance per GPU on ports of their own, the first of them the Legacy Instance (002-H1)', () => {
    const plan = planOf({ findings: [clone], gpus: twoGpus });
    expect(
      plan.instances.map(({ draft, gpuName, isLegacy }) => [
        draft.name,
        draft.port,
        draft.gpuDevice,
        gpuName,
        isLegacy,
      ]),
    ).toEqual([
      ['Legacy Instance', 8188, gpu(0).uuid, 'NVIDIA GeForce RTX 4090', true],
      ['ComfyUI - RTX 3080', 8189, gpu(1).uuid, 'NVIDIA GeForce RTX 3080', false],
    ]);
    expect(plan.canApply).toBe(true);
    expect(migrationPlanSchema.safeParse(plan).error).toBeUndefined();
    for (const { draft } of plan.instances) expect(instanceDraftSchema.safeParse(draft).error).toBeUndefined();
  });

  it('references models, isolates base, output and temp, and copies workflows and inputs (001-A3)', () => {
    const [legacy] = planOf({ findings: [clone] }).instances;
    const root = `/data/instances/${legacy?.draft.id}`;
    expect(legacy?.folders.map(({ role, from, to, treatment }) => [role, from, to, treatment])).toEqual([
      ['base', home, root, 'isolated'],
      ['models', `${home}/models`, `${home}/models`, 'referenced'],
      ['input', `${home}/input`, `${root}/input`, 'copied'],
      ['output', `${home}/output`, `${root}/output`, 'isolated'],
      ['user', `${home}/user`, `${root}/user`, 'copied'],
      ['temp', `${home}/temp`, `${root}/temp`, 'isolated'],
      ['custom-nodes', `${home}/custom_nodes`, `${home}/custom_nodes`, 'shared'],
    ]);
    expect(legacy?.draft).toMatchObject({
      comfyuiFolder: home,
      pythonPath: `${home}/venv/bin/python`,
      customNodesPath: `${home}/custom_nodes`,
      folders: { base: '', output: '', user: '', temp: '', input: `${root}/input`, models: `${home}/models` },
    });
  });

  it('never copies a model, whatever is chosen', () => {
    const flags = [true, false];
    for (const shareInput of flags) {
      for (const shareCustomNodes of flags) {
        const { instances } = planOf({ findings: [clone], choices: { shareInput, shareCustomNodes, copyInput: true } });
        expect(instances[0]?.folders.find(({ role }) => role === 'models')?.treatment).toBe('referenced');
      }
    }
  });

  it('counts what is copied, for every instance', () => {
    const copies = planOf({ findings: [clone], gpus: twoGpus, choices: { shareCustomNodes: false } });
    expect([copies.copiedFiles, copies.copiedBytes]).toEqual([60, 6000]);
    const none = planOf({ findings: [clone], choices: { copyInput: false, copyUserFolder: false } });
    expect([none.copiedFiles, none.copiedBytes]).toEqual([0, 0]);
  });

  it('lets instances read inputs from the old folder where they are shared', () => {
    const plan = planOf({ findings: [clone], gpus: twoGpus, choices: { shareInput: true } });
    expect(plan.instances.map(({ draft }) => draft.folders?.input)).toEqual([`${home}/input`, `${home}/input`]);
    expect(clashes(plan)).toEqual([
      'folder-shared: isolated',
      'database-shared: own-database',
      'folder-shared: kept-as-it-is',
      'folder-shared: kept-as-it-is',
    ]);
  });

  it('is one instance where that is wanted, or where the choice of GPUs says so', () => {
    expect(
      planOf({ findings: [clone], gpus: twoGpus, choices: { onePerGpu: false } }).instances.map(
        ({ draft }) => draft.gpuDevice,
      ),
    ).toEqual(['auto']);
    const chosen = planOf({ findings: [clone], gpus: twoGpus, choices: { gpuIndexes: [1, 5] } });
    expect(chosen.instances.map(({ gpuName }) => gpuName)).toEqual(['NVIDIA GeForce RTX 3080']);
    expect(clashes(chosen)).toEqual(['gpu-missing: left-out']);
  });

  it('has the same id for the same facts, and another one for others', () => {
    const world = { findings: [clone], gpus: twoGpus };
    const { id } = planOf(world);
    expect(planOf(world).id).toBe(id);
    expect(planOf({ ...world, more: { freeBytes: 99 * 1024 ** 3 } }).id).toBe(id);
    expect(planOf({ ...world, gpus: [gpu(0)] }).id).not.toBe(id);
    expect(planOf({ ...world, taken: { 8189: 7 } }).id).not.toBe(id);
    expect(planOf({ ...world, choices: { shareInput: true } }).id).not.toBe(id);
    expect(id).toMatch(/^[0-9a-f]{32}$/u);
  });
});

it('lets Python leave nothing in the old place, unless the old one said otherwise', () => {
  const variables = (more: Record<string, string>) =>
    planOf({ findings: [finding('git', [install(home, { environmentVariables: more })])] }).instances[0]?.draft
      .environmentVariables;
  expect(variables({ HF_HOME: '/hf' })).toEqual({ PYTHONDONTWRITEBYTECODE: '1', HF_HOME: '/hf' });
  expect(variables({ PYTHONDONTWRITEBYTECODE: '' })).toEqual({ PYTHONDONTWRITEBYTECODE: '' });
});

describe('a plan on GPUs', () => {
  it('leaves an instance on the GPU that it was started on, and fills the others', () => {
    const plan = planOf({ findings: [finding('running', [install(home, { gpuDevice: 'cuda:1' })])], gpus: twoGpus });
    expect(plan.instances.map(({ draft, gpuName }) => [draft.name, gpuName])).toEqual([
      ['Legacy Instance', 'NVIDIA GeForce RTX 3080'],
      ['ComfyUI - RTX 4090', 'NVIDIA GeForce RTX 4090'],
    ]);
  });

  it('takes the next GPU for one that is gone, and the device that ComfyUI chooses where there is none', () => {
    const gone = finding('git', [install(home, { gpuDevice: 'cuda:7' })]);
    const plan = planOf({ findings: [gone], gpus: twoGpus, choices: { gpuIndexes: [1] } });
    expect(clashes(plan)).toEqual(['gpu-missing: next-gpu']);
    expect(plan.instances[0]?.gpuName).toBe('NVIDIA GeForce RTX 3080');
    const without = planOf({ findings: [gone], gpus: [] });
    expect(clashes(without)).toEqual(['no-gpu: automatic-device', 'gpu-missing: automatic-device']);
    expect(without.instances[0]?.draft.gpuDevice).toBe('auto');
    expect(without.canApply).toBe(true);
  });

  it('keeps an instance without GPU, and makes no more of it', () => {
    const plan = planOf({ findings: [finding('git', [install(home, { gpuDevice: 'cpu' })])], gpus: twoGpus });
    expect(plan.instances.map(({ draft }) => draft.gpuDevice)).toEqual(['cpu']);
  });

  it('uses the cards of one maker: a built-in graphics unit gets no instance', () => {
    const gpus = [gpu(0, 'Intel UHD Graphics', { vendor: 'intel', uuid: null }), gpu(1)];
    expect(planOf({ findings: [clone], gpus }).instances.map(({ gpuName }) => gpuName)).toEqual([
      'NVIDIA GeForce RTX 4090',
    ]);
  });

  it('names a card without UUID by its index', () => {
    expect(planOf({ findings: [clone], gpus: [gpu(0, 'Card', { uuid: null })] }).instances[0]?.draft.gpuDevice).toBe(
      'cuda:0',
    );
  });

  it('puts instances on the GPUs that nobody uses, and says where they share one', () => {
    const used = existing({ id: 'mine', name: 'Mine', port: 9000, gpuDevice: 'cuda:0' });
    const plan = planOf({ findings: [clone], gpus: twoGpus, existing: [used] });
    expect(plan.instances.map(({ gpuName }) => gpuName)).toEqual(['NVIDIA GeForce RTX 3080']);
    const shared = planOf({ findings: [clone], gpus: [gpu(0)], existing: [used] });
    expect(clashes(shared)).toEqual(['gpu-shared: gpu-shared']);
    expect(shared.conflicts[0]?.details).toMatchObject({ name: 'ComfyUI', others: ['Mine'] });
  });

  it('does not say the device twice: the variable that chose the GPU becomes the GPU of the instance (002-C10)', () => {
    const candidate = install(home, {
      environmentVariables: { CUDA_VISIBLE_DEVICES: '1', PYTORCH_CUDA_ALLOC_CONF: 'x' },
    });
    const [legacy] = planOf({ findings: [finding('git', [candidate])], gpus: twoGpus }).instances;
    expect(legacy?.draft).toMatchObject({
      gpuDevice: gpu(1).uuid,
      environmentVariables: { PYTORCH_CUDA_ALLOC_CONF: 'x' },
    });
  });
});

describe('ports of a plan', () => {
  const running = finding('running', [
    install(home, { port: 8188, runningPid: 4120, isActive: true, url: 'http://127.0.0.1:8188' }),
  ]);

  it('leave the running ComfyUI its own', () => {
    const plan = planOf({ findings: [running], taken: { 8188: 4120 } });
    expect(plan.instances[0]?.draft.port).toBe(8189);
    expect(clashes(plan)).toEqual(['port-held-by-running: other-port']);
    expect(plan.conflicts[0]?.details).toMatchObject({ port: 8188, newPort: 8189, pid: 4120 });
  });

  it('give 8188 to the gateway where it takes over', () => {
    const plan = planOf({ findings: [running], taken: { 8188: 4120 }, choices: { takeOverPort: true } });
    expect(clashes(plan)).toEqual(['port-taken: port-taken-over']);
    expect(plan.instances[0]?.draft.port).not.toBe(8188);
    expect(plan.canApply).toBe(true);
    const idle = planOf({ findings: [clone], choices: { takeOverPort: true } });
    expect(idle.instances[0]?.draft.port).toBe(8189);
  });

  it('hold a plan up whose gateway wants the port of another program', () => {
    const plan = planOf({ findings: [clone], taken: { 8188: 99 }, choices: { takeOverPort: true } });
    expect(clashes(plan)).toEqual(['gateway-port-foreign: user must decide']);
    expect(plan.canApply).toBe(false);
  });

  it('clash with instances, with other programs, with the studio and with each other, and each gets another one', () => {
    const list = finding('instances-file', [
      install('/a', { key: 'a', name: 'a', port: 9000 }),
      install('/b', { key: 'b', name: 'b', port: 9000 }),
      install('/c', { key: 'c', name: 'c', port: 9100 }),
      install('/d', { key: 'd', name: 'd', port: 8001 }),
      install('/e', { key: 'e', name: 'e', port: 9200 }),
    ]);
    const plan = planOf({ findings: [list], existing: [existing({ port: 9100, name: 'Mine' })], taken: { 9200: 5 } });
    expect(plan.instances.map(({ draft }) => draft.port)).toEqual([9000, 8188, 8189, 8190, 8191]);
    expect(plan.conflicts.filter(({ code }) => code === 'port-taken').map(({ details }) => details['by'])).toEqual([
      'a',
      'Mine',
      'atelier',
      'python',
    ]);
    expect(new Set(plan.instances.map(({ draft }) => draft.port)).size).toBe(5);
  });
});

it('says that an instance is not open to the network any more, as its ComfyUI was', () => {
  const open = finding('running', [install(home, { port: 8188, runningPid: 1, host: '0.0.0.0' })]);
  expect(clashes(planOf({ findings: [open] }))).toEqual(['listens-here-only: through-gateway']);
  const closed = finding('running', [install(home, { port: 8188, runningPid: 1, host: '127.0.0.1' })]);
  expect(clashes(planOf({ findings: [closed] }))).toEqual([]);
});

describe('names of a plan', () => {
  it('are kept from a list, whose active one becomes the active instance', () => {
    const list = finding('instances-file', [
      install('/a', { key: 'a', name: 'Main' }),
      install('/b', { key: 'b', name: 'Batch', isActive: true }),
    ]);
    const plan = planOf({ findings: [list], gpus: twoGpus });
    expect(plan.instances.map(({ draft, isLegacy }) => [draft.name, isLegacy])).toEqual([
      ['Main', false],
      ['Batch', true],
    ]);
  });

  it('and ids are free ones', () => {
    const first = planOf({ findings: [clone] }).instances[0]?.draft;
    const plan = planOf({
      findings: [clone],
      existing: [existing({ id: first?.id ?? '', name: 'legacy instance', comfyuiFolder: home })],
    });
    expect(plan.instances[0]?.draft.name).toBe('Legacy Instance 2');
    expect(plan.instances[0]?.draft.id).not.toBe(first?.id);
    expect(clashes(plan)).toContain('name-taken: renamed');
    expect(clashes(plan)).toContain('already-an-instance: kept-as-it-is');
  });

  it('tell two cards of one kind apart, and hold 500 letters, emoji and markup', () => {
    const same = planOf({ findings: [clone], gpus: [gpu(0), gpu(1), gpu(2)] });
    expect(same.instances.map(({ draft }) => draft.name)).toEqual([
      'Legacy Instance',
      'ComfyUI - RTX 4090',
      'ComfyUI - RTX 4090 2',
    ]);
    const names = ['🎨'.repeat(100), 'x'.repeat(200), 'x'.repeat(200), '<script>', '  '];
    const odd = finding(
      'instances-file',
      names.map((name, index) => install(`/${index}`, { key: `${index}`, name })),
    );
    const plan = planOf({ findings: [odd] });
    expect(migrationPlanSchema.safeParse(plan).error).toBeUndefined();
    expect(new Set(plan.instances.map(({ draft }) => draft.name)).size).toBe(5);
  });
});

describe('models of a plan (001-2c.3)', () => {
  it('are reached through the folders and files of the old install', () => {
    const candidate = install(home, {
      modelFolders: [`${home}/models`, '/library/checkpoints'],
      modelConfigurationFiles: [`${home}/extra_model_paths.yaml`, '/config/extra_models_config.yaml'],
    });
    const [legacy] = planOf({ findings: [finding('desktop-1', [candidate])] }).instances;
    // ComfyUI reads the file in its own folder by itself.
    expect(legacy?.draft.extraArguments).toEqual(['--extra-model-paths-config', '/config/extra_models_config.yaml']);
    expect(legacy?.modelFolders).toEqual([`${home}/models`, '/library/checkpoints']);
  });

  it('of a library that its program passed on get the free place, and a second library is said to be lost', () => {
    const candidate = install(home, {
      modelFolders: [`${home}/models`, '/shared/models', '/shared/more'],
      looseModelFolders: ['/shared/models', '/shared/more'],
    });
    const plan = planOf({ findings: [finding('desktop-2', [candidate])] });
    expect(plan.instances[0]?.draft.folders?.models).toBe('/shared/models');
    expect(plan.instances[0]?.modelFolders).toEqual(['/shared/models', `${home}/models`]);
    expect(clashes(plan)).toEqual(['models-not-reached: left-out']);
  });

  it('whose folder is gone hold the plan up until the user accepts that', () => {
    const gone = finding('git', [install(home, { modelFolders: [`${home}/models`, '/mnt/usb/loras'] })], {
      remarks: [
        {
          code: 'missing-folder',
          severity: 'warning',
          message: '',
          details: { path: '/mnt/usb/loras', role: 'models' },
        },
      ],
    });
    const plan = planOf({ findings: [gone] });
    expect(clashes(plan)).toEqual(['models-missing: user must decide']);
    expect(plan.canApply).toBe(false);
    const accepted = planOf({ findings: [gone], choices: { acceptMissingModels: true } });
    expect(clashes(accepted)).toEqual(['models-missing: left-out']);
    expect(accepted.canApply).toBe(true);
    expect(accepted.instances[0]?.modelFolders).toEqual([`${home}/models`]);
  });
});

describe('a plan of lists', () => {
  const threeListed = finding('instances-file', [
    listed('main', { port: 3001, autoStart: true, arguments: ['--lowvram'] }),
    listed('backup', { port: 3005, autoStart: true }),
    listed('spare', { port: 3010, gpuDevice: 'cpu' }),
  ]);

  it('asks for a ComfyUI where none is known, and takes that of another finding (000-A)', () => {
    const alone = planOf({ findings: [threeListed] });
    expect(clashes(alone)).toEqual([
      ...Array.from({ length: 3 }, () => 'install-missing: user must decide'),
      'nothing-to-do: user must decide',
    ]);
    expect(alone.canApply).toBe(false);
    const chosen = planOf({
      findings: [threeListed],
      choices: { comfyuiFolder: home, pythonPath: '/py' },
      gpus: twoGpus,
    });
    expect(
      chosen.instances.map(({ draft }) => [
        draft.name,
        draft.port,
        draft.comfyuiFolder,
        draft.pythonPath,
        draft.autoStart,
      ]),
    ).toEqual([
      ['main', 3001, home, '/py', true],
      ['backup', 3005, home, '/py', true],
      ['spare', 3010, home, '/py', false],
    ]);
    expect(chosen.instances.map(({ gpuName }) => gpuName)).toEqual([
      'NVIDIA GeForce RTX 4090',
      'NVIDIA GeForce RTX 3080',
      '',
    ]);
    const beside = planOf({ findings: [threeListed, clone] });
    expect(beside.instances.map(({ draft }) => draft.comfyuiFolder)).toEqual([home, home, home, home]);
    expect(beside.canApply).toBe(true);
  });

  it('connects servers by their address, with the login from the file or asked for (002-H4)', () => {
    const server = (key: string, more: Parameters<typeof listed>[1]) =>
      listed(key, { url: `https://${key}.example`, host: `${key}.example`, port: 443, ...more });
    const plan = planOf({
      findings: [
        finding('servers-file', [
          server('open', {}),
          server('known', { authentication: { type: 'basic', username: 'anna' }, hasSecret: true, isActive: true }),
          server('asks', { authentication: { type: 'bearer' } }),
        ]),
      ],
      gpus: twoGpus,
    });
    expect(
      plan.instances.map(({ draft, secret, isLegacy, folders }) => [
        draft.kind,
        draft.url,
        secret,
        isLegacy,
        folders.length,
      ]),
    ).toEqual([
      ['remote', 'https://open.example', 'none', false, 0],
      ['remote', 'https://known.example', 'from-file', true, 0],
      ['remote', 'https://asks.example', 'ask', false, 0],
    ]);
    expect(clashes(plan)).toEqual(['secret-needed: asked-later']);
    expect(plan.canApply).toBe(true);
  });

  it('knows an address on this machine for the ComfyUI that runs there', () => {
    const running = finding('running', [
      install(home, { port: 8188, runningPid: 1, url: 'http://127.0.0.1:8188', host: '127.0.0.1' }),
    ]);
    const local = listed('Default', { url: 'http://127.0.0.1:8188', host: 'localhost', port: 8188 });
    const both = planOf({ findings: [finding('servers-file', [local]), running], taken: { 8188: 1 } });
    expect(both.instances.map(({ draft }) => draft.kind)).toEqual(['local']);
    expect(clashes(both)).toContain('same-server: left-out');
    const alone = planOf({ findings: [finding('servers-file', [local])] });
    expect(alone.instances.map(({ draft }) => [draft.kind, draft.url])).toEqual([['remote', 'http://127.0.0.1:8188']]);
    expect(clashes(alone)).toEqual(['install-missing: connected']);
  });

  it('isolates instances that would have written to the same folders (001-A3)', () => {
    const list = finding('docker-multi', [
      install(home, { key: 'a', name: 'a' }),
      install(home, { key: 'b', name: 'b' }),
    ]);
    const plan = planOf({ findings: [list], gpus: twoGpus });
    const written = plan.instances.map(({ folders }) =>
      folders.filter(({ treatment }) => treatment !== 'referenced' && treatment !== 'shared').map(({ to }) => to),
    );
    expect(new Set(written.flat()).size).toBe(written.flat().length);
    expect(clashes(plan)).toEqual([
      'folder-shared: isolated',
      'database-shared: own-database',
      'folder-shared: kept-as-it-is',
    ]);
  });
});

describe('space for a plan', () => {
  it('that is missing holds it up, with the numbers', () => {
    const plan = planOf({ findings: [clone], more: { freeBytes: 3000 } });
    expect(clashes(plan)).toEqual(['no-space: user must decide']);
    expect(plan.conflicts[0]?.details).toEqual({ neededBytes: 4000, freeBytes: 3000 });
    expect(
      planOf({ findings: [clone], more: { freeBytes: 3000 }, choices: { copyInput: false, copyUserFolder: false } })
        .canApply,
    ).toBe(true);
  });

  it('that is not known is said', () => {
    const uncounted = install(home);
    const folders = uncounted.folders.map((each) =>
      each.role === 'user' ? { ...each, files: null, bytes: null } : each,
    );
    const plan = planOf({ findings: [finding('git', [{ ...uncounted, folders }])] });
    expect(clashes(plan)).toEqual(['copy-size-unknown: kept-as-it-is']);
    expect(plan.canApply).toBe(true);
  });
});

it('plans nothing of nothing', () => {
  const plan = planMigration(factsOf({ findings: [finding('git', [])] }));
  expect(clashes(plan)).toEqual(['nothing-to-do: user must decide']);
  expect(plan.canApply).toBe(false);
});
