import { describe, expect, it } from 'vitest';
import { configurationOf, createFakeMachine, type FakeWorld, gpuOf } from './fake-machine.fixture.ts';
import { createLaunchPlanner } from './launch-planner.ts';

const memory = { totalBytes: 64 * 1024 ** 3, budgetBytes: 0 };

const plannerIn = (world?: FakeWorld) => {
  const { machine, inspector } = createFakeMachine(world);
  const written = new Map<string, string>();
  const planner = createLaunchPlanner({
    files: inspector,
    writer: {
      write: async (path, text) => {
        written.set(path, text);
      },
    },
    gpus: machine.gpus,
    flags: machine.flags,
    site: machine.site,
    cacheMemory: async () => memory,
  });
  return { planner, written };
};

const install: FakeWorld = {
  folders: [
    '/',
    '/comfy',
    '/comfy/models',
    '/comfy/models/loras',
    '/comfy/models/ipadapter',
    '/comfy/custom_nodes',
    '/mine',
  ],
  files: ['/comfy/main.py'],
  programs: ['/comfy/venv/bin/python', '/comfy/.venv/bin/python'],
  gpus: [gpuOf(0)],
};

describe('the launch planner', () => {
  it("finds the interpreter, the flags, and the install's models and custom nodes", async () => {
    const { planner, written } = plannerIn(install);
    const plan = await planner.plan(configurationOf({ gpuDevice: 'cuda:0' }));
    expect(plan.command).toBe('/comfy/venv/bin/python');
    expect(plan.arguments).toContain('--models-directory');
    expect(plan.environment['CUDA_VISIBLE_DEVICES']).toBe(gpuOf(0).uuid);
    const [[path, text] = ['', '']] = written;
    expect(path).toBe('/data/instances/one/extra_model_paths.yaml');
    expect(plan.arguments).toContain(path);
    expect(text).toContain('/comfy/models/ipadapter');
    expect(text).toContain('custom_nodes: "/comfy/custom_nodes"');
  });

  it('shares the memory of the machine between the caches of its instances, and shows that before', async () => {
    const { planner } = plannerIn(install);
    const { arguments: flags } = await planner.preview(configurationOf());
    const place = flags.indexOf('--cache-ram');
    expect(flags.slice(place, place + 3)).toEqual(['--cache-ram', '6.4', '32']);
    const chosen = await planner.plan(configurationOf({ extraArguments: ['--cache-none'] }));
    expect(chosen.arguments).not.toContain('--cache-ram');
    const simulated = await planner.plan(configurationOf({ program: 'sandbox' }));
    expect(simulated.arguments).not.toContain('--cache-ram');
  });

  it('writes nothing for a preview of the same plan', async () => {
    const { planner, written } = plannerIn(install);
    const preview = await planner.preview(configurationOf());
    expect(written.size).toBe(0);
    expect(await planner.plan(configurationOf())).toEqual(preview);
  });

  it("takes the configured custom nodes in the place of the install's own", async () => {
    const { planner, written } = plannerIn(install);
    await planner.plan(configurationOf({ customNodesPath: '/mine' }));
    const text = [...written.values()].join('');
    expect(text).toContain('custom_nodes: "/mine"');
    expect(text).not.toContain('/comfy/custom_nodes');
  });

  it.each([
    [['/comfy/.venv/bin/python'], '/comfy/.venv/bin/python'],
    [[], 'python3'],
  ])('with the programs %j runs %s', async (programs, command) => {
    const { planner } = plannerIn({ ...install, programs });
    expect((await planner.plan(configurationOf())).command).toBe(command);
  });

  it('starts with what all versions know when the help cannot be read', async () => {
    const { planner } = plannerIn({ ...install, help: null });
    const plan = await planner.plan(configurationOf());
    expect(plan.arguments).not.toContain('--models-directory');
    expect(plan.arguments).toContain('--base-directory');
  });

  it.each([
    [
      'no main.py',
      { ...install, files: [] },
      {},
      { code: 'LAUNCH_FOLDER_INVALID', details: { field: 'comfyuiFolder' } },
    ],
    [
      'no folder',
      install,
      { comfyuiFolder: '' },
      { code: 'LAUNCH_FOLDER_INVALID', details: { field: 'comfyuiFolder' } },
    ],
    [
      'custom nodes that are gone',
      install,
      { customNodesPath: '/gone' },
      { code: 'LAUNCH_FOLDER_INVALID', details: { field: 'customNodesPath', path: '/gone' } },
    ],
    ['a GPU that is gone', install, { gpuDevice: '0,1' }, { code: 'GPU_UNAVAILABLE', details: { devices: ['1'] } }],
    ['a remote instance', install, { kind: 'remote' as const }, { code: 'INSTANCE_REMOTE' }],
  ])('fails with a code for %s, and writes nothing', async (_, world, changes, error) => {
    const { planner, written } = plannerIn(world);
    await expect(planner.plan(configurationOf(changes))).rejects.toMatchObject(error);
    expect(written.size).toBe(0);
  });

  it('needs no machine for a sandbox instance', async () => {
    const { planner } = plannerIn({ folders: [], files: [], programs: [] });
    const plan = await planner.plan(configurationOf({ program: 'sandbox', comfyuiFolder: '', gpuDevice: 'cuda:5' }));
    expect(plan.command).toBe('node');
    expect(plan.environment).not.toHaveProperty('CUDA_VISIBLE_DEVICES');
  });
});
