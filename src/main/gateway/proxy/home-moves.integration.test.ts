import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type SandboxProcess, startSandbox } from '#main/platform/comfy/sandbox-process.fixture.ts';
import { ask, type GatewayWorld, openGatewayOver, type ScriptedServer, startScripted } from './gateway-over.fixture.ts';

let world: GatewayWorld;
let sandboxes: SandboxProcess[] = [];
let servers: ScriptedServer[] = [];

afterEach(async () => {
  await world.close();
  for (const sandbox of sandboxes) await sandbox.end();
  for (const server of servers) await server.end();
  sandboxes = [];
  servers = [];
});

const json = async (target: string, options?: Parameters<typeof ask>[2]) => {
  const { status, body } = await ask(world.gateway, target, options);
  return { status, body: body.length === 0 ? null : JSON.parse(body.toString()) };
};

const kill = async ({ process: child }: SandboxProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

describe('home', () => {
  it('keeps what a page writes, and moves when its instance is killed', async () => {
    sandboxes = await Promise.all([startSandbox(['--sandbox-clock', '50']), startSandbox(['--sandbox-clock', '50'])]);
    world = await openGatewayOver(sandboxes.map(({ endpoint }) => endpoint));
    const [first] = sandboxes;
    if (first === undefined) throw new Error('no instance');
    const saved = await ask(world.gateway, '/api/settings/Own.Setting', { method: 'POST', body: '"kept"' });
    expect(saved.status).toBe(200);
    expect(await json('/settings/Own.Setting')).toEqual({ status: 200, body: 'kept' });
    const page = await ask(world.gateway, '/', { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    await kill(first);
    // Nobody has noticed yet: the question goes to the other one.
    expect(await json('/settings/Own.Setting')).toEqual({ status: 200, body: null });
    world.fleet.lose('a');
    expect((await ask(world.gateway, '/')).status).toBe(200);
    expect((await json('/system_stats')).body.devices).toHaveLength(1);
    const written = await ask(world.gateway, '/userdata/own%2Ffile.json', { method: 'POST', body: '{"from":"b"}' });
    expect(written.status).toBe(200);
    // It is back, but stays away from what is with the present one.
    const again = await startSandbox(['--sandbox-clock', '50'], { folder: first.folder });
    sandboxes.push(again);
    world.fleet.change('a', { endpoint: again.endpoint, status: 'running', health: 'healthy', readyAt: 2 });
    expect(await json('/api/userdata/own%2Ffile.json')).toEqual({ status: 200, body: { from: 'b' } });
    expect(await json('/settings/Own.Setting')).toEqual({ status: 200, body: null });
    world.settings.current = { ...world.settings.current, gatewayHomeInstanceId: 'a' };
    expect(await json('/settings/Own.Setting')).toEqual({ status: 200, body: 'kept' });
  });
});

describe('what the fleet tells of itself', () => {
  const statsOf = (name: string) => ({
    system: { comfyui_version: '0.33.0', argv: ['main.py', name] },
    devices: [{ name: `cuda:0 ${name}`, type: 'cuda', index: 0, vram_total: 1 }],
  });

  it('are the devices of all that run, late ones as they were last', async () => {
    let isLate = false;
    servers = await Promise.all(
      ['First', 'Second'].map((name) =>
        startScripted((request, response) => {
          if (request.url !== '/system_stats') response.writeHead(404).end();
          else if (!isLate || name === 'Second') response.end(JSON.stringify(statsOf(name)));
        }),
      ),
    );
    world = await openGatewayOver(servers.map(({ endpoint }) => endpoint));
    const expected = {
      status: 200,
      body: {
        system: statsOf('First').system,
        devices: [
          { name: 'cuda:0 First', type: 'cuda', index: 0, vram_total: 1 },
          { name: 'cuda:1 Second', type: 'cuda', index: 1, vram_total: 1 },
        ],
      },
    };
    const all = await Promise.all(Array.from({ length: 20 }, () => json('/api/system_stats')));
    expect(all).toEqual(Array.from({ length: 20 }, () => expected));
    expect(servers.map(({ requests }) => requests.filter((one) => one === 'GET /system_stats').length)).toEqual([1, 1]);
    isLate = true;
    world.fleet.change('a', { readyAt: 2 });
    expect(await json('/system_stats')).toEqual(expected);
    world.fleet.change('a', { status: 'stopped' });
    expect((await json('/system_stats')).body).toEqual({
      system: statsOf('Second').system,
      devices: [{ name: 'cuda:0 Second', type: 'cuda', index: 0, vram_total: 1 }],
    });
  });

  it('are the features of home with the limits of the gateway', async () => {
    servers = [
      await startScripted((_request, response) =>
        response.end('{"assets":false,"max_upload_size":5,"extension":{"x":1}}'),
      ),
    ];
    world = await openGatewayOver(servers.map(({ endpoint }) => endpoint));
    world.settings.current = { ...world.settings.current, gatewayMaxUploadBytes: 7_000_000 };
    expect((await json('/features')).body).toEqual({
      supports_preview_metadata: true,
      assets: false,
      max_upload_size: 7_000_000,
      extension: { x: 1 },
    });
  });

  it('is what an older version says of an address that it does not have', async () => {
    servers = [await startScripted((_request, response) => response.writeHead(404).end('old'))];
    world = await openGatewayOver(servers.map(({ endpoint }) => endpoint));
    const answer = await ask(world.gateway, '/features');
    expect([answer.status, answer.body.toString()]).toEqual([404, 'old']);
  });
});
