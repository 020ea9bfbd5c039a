import { describe, expect, it } from 'vitest';
import { type InstanceConfiguration, instanceConfigurationSchema } from '#contract/models/instance.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import { completeDraft } from '../instances/configuration/complete-draft.ts';
import { restartNeededFor } from '../instances/fleet/restart-needed.ts';
import type { SnapshotStore } from '../ports/snapshots.ts';
import { createExchangeDesk, type ExchangeDesk } from './exchange-desk.ts';

const secret = 'hf_abcdefghijklmnopqrstuvwx';

const configuration = (fields: Partial<InstanceConfiguration> & { id: string }): InstanceConfiguration =>
  instanceConfigurationSchema.parse({ name: fields.id, comfyuiFolder: '/opt/ComfyUI', createdAt: 5, ...fields });

const usualFleet = (): InstanceConfiguration[] => [
  configuration({
    id: 'character-gen',
    name: 'Character Gen',
    port: 8189,
    gpuDevice: 'cuda:0',
    environmentVariables: { HF_TOKEN: secret, HF_HOME: '/data/hf' },
    extraArguments: ['--lowvram', '--comfy-api-key', 'abc123', '--reserve-vram', '1.5'],
    autoStart: true,
  }),
  configuration({ id: 'batch', name: 'Batch', port: 8190, description: 'at night' }),
  configuration({
    id: 'remote-1',
    name: 'Far',
    kind: 'remote',
    url: 'http://gpu-box:8188',
    host: 'gpu-box',
    authentication: { type: 'bearer' },
  }),
];

/** A desk over a fleet in memory; ports of the list are used by programs of somebody else. */
const world = (fleet = usualFleet(), usedPorts: readonly number[] = []) => {
  let instances = [...fleet];
  let active: string | null = 'batch';
  let settings = settingsSchema.parse({});
  let ids = 0;
  const kept: unknown[] = [];
  const complete = (draft: Parameters<typeof completeDraft>[0], existing: InstanceConfiguration | null) =>
    completeDraft(draft, {
      existing,
      makeId: () => `aaaaa${(ids += 1)}`,
      now: 9,
      splitArguments: (text) => text.split(' ').filter((part) => part !== ''),
    });
  const snapshots: SnapshotStore = {
    list: async () => [],
    read: async () => ({ fleet: null, settings: null }),
    add: async (reason, contents) => {
      kept.push(contents.fleet.instances.map(({ id }) => id));
      return { id: 'snapshot-00000001', reason, takenAt: 9, instanceCount: 3, hasSettings: true };
    },
  };
  const view = (each: InstanceConfiguration) => ({ configuration: each, pid: each.id === 'character-gen' ? 7 : null });
  const desk: ExchangeDesk = createExchangeDesk({
    // Only what the desk reads of a view.
    fleet: {
      list: () => instances.map(view) as never,
      activeInstanceId: () => active,
      create: async (each) => {
        instances = [...instances, each];
        return view(each) as never;
      },
      update: async (each) => {
        const before = instances.find(({ id }) => id === each.id) ?? each;
        instances = instances.map((one) => (one.id === each.id ? each : one));
        return { instance: view(each) as never, restartNeededFor: restartNeededFor(before, each) };
      },
      remove: async () => {},
      setActive: async (id) => {
        active = id;
      },
    },
    settings: {
      current: () => settings,
      change: async (apply) => {
        settings = apply(settings);
        return settings;
      },
    },
    snapshots,
    complete,
    validate: async (draft) => {
      const isThere = draft.comfyuiFolder === '/opt/ComfyUI' || draft.kind === 'remote';
      const problem = {
        field: 'comfyuiFolder',
        severity: 'error' as const,
        code: 'main-file-missing' as const,
        message: 'not there',
        details: {},
      };
      return { valid: isThere, problems: isThere ? [] : [problem] };
    },
    suggestPort: async (from) => {
      let port = from;
      while (usedPorts.includes(port) || instances.some((each) => each.kind === 'local' && each.port === port))
        port += 1;
      return port;
    },
    restartNeededFor,
    splitArguments: (text) => text.split(' ').filter((part) => part !== ''),
    now: () => Date.UTC(2026, 10, 21),
    program: 'atelier 0.1.0',
    logFolder: '/data/logs',
  });
  return {
    desk,
    kept,
    instances: () => instances,
    active: () => active,
    settings: () => settings,
    exported: (format: 'atelier' | 'instances-json' | 'instances-config', asTemplate = false) =>
      desk.export({ format, instanceIds: undefined, asTemplate }),
    actions: async (text: string, choices: Parameters<ExchangeDesk['previewImport']>[1] = {}) =>
      (await desk.previewImport(text, choices)).entries.map(({ name, action }) => `${name}: ${action}`),
  };
};

describe('exporting', () => {
  it.each(['atelier', 'instances-json', 'instances-config'] as const)('never writes a secret: %s', (format) => {
    const { text, remarks } = world().exported(format);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('abc123');
    expect(remarks.find(({ code }) => code === 'secrets-left-out')?.details).toMatchObject({
      fields: ['environmentVariables.HF_TOKEN', 'extraArguments.--comfy-api-key'],
    });
  });

  it('writes instances.json in its own shape (000-A1 to A4)', () => {
    expect(JSON.parse(world().exported('instances-json').text)).toEqual({
      instances: [
        { id: 0, port: 8189, name: 'Character Gen', extra_args: '--lowvram --reserve-vram 1.5', enabled: true },
        { id: 1, port: 8190, name: 'Batch', description: 'at night', extra_args: '', enabled: false },
        { id: 2, port: 8188, name: 'Far', extra_args: '', enabled: false },
      ],
      global_settings: {
        log_directory: '/data/logs',
        pid_directory: '/data/logs',
        default_extra_args: '',
        startup_delay: 0,
      },
    });
  });

  it('writes the configuration of the studio guide with its exact names (002-3b)', () => {
    const file = JSON.parse(world().exported('instances-config').text);
    expect(file).toMatchObject({ version: '1.0', activeInstanceId: 'batch', lastSaved: Date.UTC(2026, 10, 21) });
    expect(file.instances[0]).toEqual({
      id: 'character-gen',
      name: 'Character Gen',
      port: 8189,
      host: '127.0.0.1',
      gpuDevice: 'cuda:0',
      envVars: { HF_HOME: '/data/hf' },
      maxConcurrentWorkflows: 1,
      timeoutMs: 300_000,
      enableQueueMonitoring: true,
      autoStart: true,
    });
  });

  it('says what a format has no place for', () => {
    const { remarks } = world().exported('instances-json');
    expect(remarks.map(({ code }) => code)).toContain('active-left-out');
    expect(remarks.find(({ code }) => code === 'fields-left-out')?.details).toEqual({
      name: 'Character Gen',
      fields: ['gpuDevice', 'environmentVariables'],
    });
  });

  it('makes templates that say nothing of this machine', () => {
    const { text, fileName } = world().exported('atelier', true);
    expect(fileName).toBe('atelier-templates-2026-11-21.json');
    for (const own of ['character-gen', '8189', '/opt/ComfyUI', '/data/hf', 'gpu-box']) expect(text).not.toContain(own);
    expect(JSON.parse(text).instances[0]).toMatchObject({ name: 'Character Gen', gpuDevice: 'cuda:0' });
  });

  it('refuses an instance that does not exist', () => {
    const ask = () => world().desk.export({ format: 'atelier', instanceIds: ['nobody'], asTemplate: false });
    expect(ask).toThrow(expect.objectContaining({ code: 'INSTANCE_NOT_FOUND' }));
  });
});

describe('importing what was exported here', () => {
  it.each(['atelier', 'instances-config'] as const)(
    'changes nothing and clashes with nothing (002-3c 6): %s',
    async (format) => {
      const here = world();
      const plan = await here.desk.previewImport(here.exported(format).text, {});
      expect(plan.entries.map(({ action, clashes }) => [action, clashes.length])).toEqual([
        ['unchanged', 0],
        ['unchanged', 0],
        ['unchanged', 0],
      ]);
      expect(plan).toMatchObject({ settings: [], activeInstanceId: null });
    },
  );

  it('changes nothing by instances.json either, but for remote ones, which it cannot tell', async () => {
    const here = world(usualFleet().slice(0, 2));
    expect(await here.actions(here.exported('instances-json').text)).toEqual([
      'Character Gen: unchanged',
      'Batch: unchanged',
    ]);
  });

  it('keeps secrets that the file does not have when something else changes', async () => {
    const here = world();
    const text = here.exported('atelier').text.replace('"HF_HOME": "/data/hf"', '"HF_HOME": "/other"');
    const { basis, entries } = await here.desk.previewImport(text, {});
    expect(entries[0]?.changes).toEqual([
      { field: 'environmentVariables.HF_HOME', before: '/data/hf', after: '/other' },
    ]);
    expect(entries[0]?.restartNeeded).toBe(true);
    const result = await here.desk.import(text, {}, basis);
    expect(result).toMatchObject({ updated: ['character-gen'], unchanged: 2, restartNeeded: ['character-gen'] });
    const [first] = here.instances();
    expect(first?.environmentVariables).toEqual({ HF_HOME: '/other', HF_TOKEN: secret });
    expect(first?.extraArguments).toContain('abc123');
  });

  it('brings a fleet into an empty studio as it was, without its secrets', async () => {
    const text = world().exported('atelier').text;
    const there = world([]);
    const { basis } = await there.desk.previewImport(text, {});
    const result = await there.desk.import(text, {}, basis);
    expect(result.created).toEqual(['character-gen', 'batch', 'remote-1']);
    expect(there.active()).toBe('batch');
    expect(there.instances()[1]).toEqual({ ...usualFleet()[1], createdAt: 9 });
    expect(JSON.stringify(there.instances())).not.toContain(secret);
    expect(there.kept).toEqual([[]]);
  });
});

describe('importing a foreign file', () => {
  const list = (instances: readonly unknown[], settings: object = {}): string =>
    JSON.stringify({ instances, global_settings: settings });

  it('reads the example of the container (000-A2 to A5), its arguments and its pause', async () => {
    const here = world();
    const text = list(
      [
        { id: 0, port: 3001, name: 'comfyui-main', extra_args: '--highvram', enabled: true },
        { id: 1, port: 3005, name: 'comfyui-backup', description: 'spare', extra_args: '', enabled: false },
      ],
      {
        log_directory: '/workspace/logs',
        pid_directory: '/workspace/logs',
        default_extra_args: '--fast',
        startup_delay: 2,
      },
    );
    const plan = await here.desk.previewImport(text, {});
    expect(plan.format).toBe('instances-json');
    expect(plan.settings).toEqual([{ field: 'startupDelayMs', before: '0', after: '2000' }]);
    expect(plan.remarks.map(({ code }) => code)).toEqual(['folders-not-kept', 'folder-taken-over']);
    await here.desk.import(text, {}, plan.basis);
    expect(here.instances().slice(3)).toMatchObject([
      {
        name: 'comfyui-main',
        port: 3001,
        extraArguments: ['--fast', '--highvram'],
        autoStart: true,
        comfyuiFolder: '/opt/ComfyUI',
      },
      { name: 'comfyui-backup', port: 3005, description: 'spare', autoStart: false },
    ]);
    expect(here.settings().startupDelayMs).toBe(2000);
  });

  it('reads the variables of a container without a list (000-A7 to A9)', async () => {
    const text = 'COMFYUI_INSTANCES=3\nexport COMFYUI_BASE_PORT="3001"\nDISABLE_AUTOLAUNCH=true\n';
    const plan = await world().desk.previewImport(text, {});
    expect(plan.format).toBe('environment');
    expect(plan.entries.map(({ name, port }) => [name, port])).toEqual([
      ['instance-0', 3001],
      ['instance-1', 3002],
      ['instance-2', 3003],
    ]);
    expect(plan.remarks.map(({ code }) => code)).toContain('nothing-starts-by-itself');
    const single = await world().desk.previewImport('COMFYUI_INSTANCES=3\nCOMFYUI_ENABLE_MULTI_INSTANCE=false', {});
    expect(single.entries).toHaveLength(1);
  });

  it('offers a free port, the other instance, or nothing where a port is taken', async () => {
    const here = world(usualFleet(), [8191]);
    const text = list([{ id: 0, port: 8190, name: 'New' }]);
    const [entry] = (await here.desk.previewImport(text, {})).entries;
    expect(entry).toMatchObject({
      action: 'create',
      port: 8192,
      clashes: [{ kind: 'port', value: '8190', instanceId: 'batch', instanceName: 'Batch' }],
      proposals: [
        { kind: 'create', name: 'New', port: 8192 },
        { kind: 'update', instanceId: 'batch', instanceName: 'Batch' },
        { kind: 'skip' },
      ],
    });
    const chosen = { 'instances/0': { action: 'update' as const, instanceId: 'batch' } };
    const [update] = (await here.desk.previewImport(text, chosen)).entries;
    expect(update).toMatchObject({ action: 'update', instanceId: 'batch' });
    expect(update?.changes).toContainEqual({ field: 'name', before: 'Batch', after: 'New' });
  });

  it('tells apart entries of one file that want the same name and port', async () => {
    const text = list([
      { id: 0, port: 4000, name: 'Twin' },
      { id: 0, port: 4000, name: 'Twin' },
    ]);
    const { entries } = await world().desk.previewImport(text, {});
    expect(entries.map(({ name, port }) => [name, port])).toEqual([
      ['Twin', 4000],
      ['Twin (2)', 4001],
    ]);
  });

  it('imports what has problems as disabled, and says them', async () => {
    const here = world([]);
    const text = list([{ id: 0, port: 4000, name: 'No folder' }]);
    const plan = await here.desk.previewImport(text, {});
    expect(plan.entries[0]).toMatchObject({
      action: 'create',
      disabled: true,
      problems: [{ code: 'main-file-missing' }],
    });
    await here.desk.import(text, {}, plan.basis);
    expect(here.instances()[0]?.enabled).toBe(false);
    const mended = { 'instances/0': { comfyuiFolder: '/opt/ComfyUI' } };
    expect((await world([]).desk.previewImport(text, mended)).entries[0]?.disabled).toBe(false);
  });

  it('makes a remote instance of one on another machine (002-3b)', async () => {
    const text = JSON.stringify({
      version: '1.0',
      instances: [{ id: 'instance_1', name: 'Box', port: 8000, host: 'gpu-box.lan', envVars: { A: '1' } }],
      lastSaved: 1,
    });
    const here = world();
    const { basis, entries } = await here.desk.previewImport(text, {});
    expect(entries[0]).toMatchObject({ action: 'create', instanceId: 'instance_1' });
    await here.desk.import(text, {}, basis);
    expect(here.instances().at(-1)).toMatchObject({ kind: 'remote', url: 'http://gpu-box.lan:8000' });
  });

  it('keeps to what it showed: a change in between is told', async () => {
    const here = world();
    const text = list([{ id: 0, port: 4000, name: 'New' }]);
    const { basis } = await here.desk.previewImport(text, {});
    await here.desk.import(text, {}, basis);
    await expect(here.desk.import(text, {}, basis)).rejects.toMatchObject({ code: 'CONFIGURATION_OUTDATED' });
    expect(here.instances()).toHaveLength(4);
  });
});

describe('a file that is none', () => {
  it.each([
    ['', 'empty'],
    ['hello', 'not-json'],
    ['[1, 2]', 'not-an-object'],
    ['{"instances": 3}', 'no-list'],
    ['{"format": "atelier-instances", "version": 1}', 'field'],
    ['COMFYUI_INSTANCES=many', 'instance-count'],
  ])('%j is refused with its reason', async (text, reason) => {
    await expect(world().desk.previewImport(text, {})).rejects.toMatchObject({
      code: 'CONFIGURATION_UNREADABLE',
      details: { reason },
    });
  });

  it('of a newer version is refused as such', async () => {
    const text = JSON.stringify({ format: 'atelier-instances', version: 2, instances: [] });
    await expect(world().desk.previewImport(text, {})).rejects.toMatchObject({ code: 'CONFIGURATION_NEWER_VERSION' });
  });

  it('with a damaged entry still gives the others', async () => {
    const text = JSON.stringify({
      format: 'atelier-instances',
      version: 1,
      instances: [
        7,
        { name: 'Misspelt', prot: 1 },
        { name: '<script>alert(1)</script> 🎨 \u202Eevil', port: 4000 },
        { id: '../../etc', name: 'Climber' },
      ],
    });
    expect(await world().actions(text)).toEqual([
      'instances/0: invalid',
      'Misspelt: invalid',
      '<script>alert(1)</script> 🎨 \u202Eevil: create',
      'Climber: invalid',
    ]);
  });

  it('with thousands of entries is read as far as the limit', async () => {
    const text = JSON.stringify({ instances: Array.from({ length: 1200 }, () => 0), global_settings: {} });
    const plan = await world().desk.previewImport(text, {});
    expect(plan.entries).toHaveLength(1000);
    expect(plan.remarks[0]).toMatchObject({ code: 'cut-off', details: { count: 1200, limit: 1000 } });
  });
});
