import { describe, expect, it } from 'vitest';
import type { ComfyClient, ComfyEndpoint } from '../../ports/comfy-client.ts';
import { createDraftDesk } from './draft-desk.ts';
import { configurationOf, createFakeMachine, draftOf } from './fake-machine.fixture.ts';
import { createLaunchPlanner } from './launch-planner.ts';

const unused = (): never => {
  throw new Error('the desk must not call this');
};

const stored = configurationOf({ id: 'one', name: 'One', port: 8188 });

const createScene = (runningIds: readonly string[] = []) => {
  const { machine, inspector, clock } = createFakeMachine({ listeners: { 8188: { pid: 9, name: 'python' } } });
  const asked: ComfyEndpoint[] = [];
  const client: ComfyClient = {
    systemStats: async (endpoint) => {
      asked.push(endpoint);
      return { version: '0.33.0', arguments: [], devices: [] };
    },
    queueRemaining: async () => 0,
    nodeClasses: async () => new Set(['SaveImage']),
    queue: unused,
    submit: unused,
    history: unused,
    cancel: unused,
    free: unused,
    uploadInput: unused,
    putImage: unused,
    view: unused,
    openSocket: unused,
  };
  const desk = createDraftDesk({
    machine: { ...machine, client },
    planner: createLaunchPlanner({
      files: inspector,
      writer: { write: unused },
      gpus: machine.gpus,
      flags: machine.flags,
      site: machine.site,
      cacheMemory: async () => null,
    }),
    secrets: { get: async (name) => (name === 'instance:far' ? 'stored-secret' : null), set: unused, remove: unused },
    makeId: () => 'abcdef',
    splitArguments: (text) => text.split(' '),
    fleet: () => [stored],
    isRunning: (id) => runningIds.includes(id),
  });
  return { desk, asked, clock };
};

const { signal } = new AbortController();
const far = configurationOf({
  id: 'far',
  name: 'Far',
  kind: 'remote',
  url: 'https://gpu-box',
  authentication: { type: 'bearer' },
});

describe('the draft desk', () => {
  it("takes the listener on a running instance's port for the instance itself", async () => {
    const change = draftOf({ name: 'New name' });
    expect((await createScene(['one']).desk.validate(change, stored)).problems).toEqual([]);
    expect((await createScene().desk.validate(change, stored)).problems).toMatchObject([{ code: 'port-taken' }]);
  });

  it('does not take an instance for its own rival, and a new draft for none', async () => {
    const { desk } = createScene(['one']);
    const { problems } = await desk.validate(draftOf({ name: 'one', comfyuiFolder: '/comfy' }), null);
    expect(problems.map(({ code }) => code)).toEqual(['name-taken', 'port-instance']);
  });

  it.each([
    ['typed', 'Bearer typed'],
    [undefined, 'Bearer stored-secret'],
  ])('tests a connection with the secret %s', async (secret, authorization) => {
    const { desk, asked } = createScene();
    const report = await desk.testConnection(draftOf({ name: 'Far' }), { existing: far, secret, signal });
    expect(report.reachable).toBe(true);
    expect(asked).toEqual([{ baseUrl: 'https://gpu-box', authorization }]);
  });

  it('suggests a port beside the fleet', async () => {
    expect(await createScene().desk.suggestPort(8188)).toBe(8189);
  });

  it('previews a launch without its secrets and writes nothing', async () => {
    const { desk } = createScene();
    const draft = draftOf({ comfyuiFolder: '/comfy', environmentVariables: { HF_TOKEN: 'hf_secret' } });
    const preview = await desk.previewLaunch(desk.complete(draft, null));
    expect(preview.command).toBe('/comfy/venv/bin/python');
    expect(JSON.stringify(preview)).not.toContain('hf_secret');
  });
});
