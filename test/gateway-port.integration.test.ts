import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openFleet, reopenFleet, untilRunning } from './gateway/fleet.ts';
import { callStudio, waitFor, waitForInstance } from './studio-client.ts';
import { samplingPrompt, submit } from './studio-jobs.ts';

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const remaining = async (port: number): Promise<number> => {
  const answer = await fetch(`http://127.0.0.1:${port}/prompt`);
  const { exec_info: info } = (await answer.json()) as { exec_info: { queue_remaining: number } };
  return info.queue_remaining;
};

describe('the port of the gateway', () => {
  it('can be another free one, at once and after a start, and what is connected stays', async ({ onTestFinished }) => {
    const fleet = await openFleet(onTestFinished, { count: 1 });
    const port = await freePort();
    const socket = new WebSocket(`ws://127.0.0.1:${fleet.port}/ws?clientId=stays`);
    const heard: unknown[] = [];
    socket.on('message', (data) => heard.push(data));
    await once(socket, 'open');
    await expect(callStudio(fleet.studio, 'gateway.examinePort', { port })).resolves.toEqual({
      finding: { kind: 'free' },
    });
    const moved = await callStudio(fleet.studio, 'gateway.move', { port });
    expect(moved).toEqual({ address: `http://127.0.0.1:${port}`, movedInstanceId: null, importedInstanceId: null });
    expect(await remaining(port)).toBe(0);
    await expect(fetch(`http://127.0.0.1:${fleet.port}/prompt`)).rejects.toThrow();
    const before = heard.length;
    await waitFor(
      'a sign of life on the old websocket',
      () => heard.length,
      (count) => count > before,
    );
    socket.close();
    expect((await callStudio(fleet.studio, 'studio.describe', {})).addresses.gateway).toBe(moved.address);
    await fleet.studio.end('SIGTERM');
    const again = await reopenFleet(onTestFinished, fleet);
    expect((await callStudio(again.studio, 'settings.get', {})).gatewayPort).toBe(port);
  });

  it('is given up by an instance that has nothing to do, and by none that works', async ({ onTestFinished }) => {
    const fleet = await openFleet(onTestFinished, { count: 1, clock: 2 });
    const { configuration } = await callStudio(fleet.studio, 'instances.get', { instanceId: 'gpu0' });
    const { port } = configuration;
    await expect(callStudio(fleet.studio, 'gateway.move', { port })).rejects.toThrow(/SERVER_PORT_TAKEN/u);
    const { id } = await submit(fleet.studio, samplingPrompt('keeps', 4000));
    await untilRunning(fleet, id);
    await expect(callStudio(fleet.studio, 'gateway.move', { port, takeOver: true })).rejects.toThrow(
      /GATEWAY_PORT_BUSY/u,
    );
    await callStudio(fleet.studio, 'jobs.cancel', { jobId: id });
    await waitFor(
      'the instance to be idle',
      () => callStudio(fleet.studio, 'gateway.examinePort', { port }),
      ({ finding }) => finding.kind === 'instance' && finding.runningJobs === 0,
    );
    const moved = await callStudio(fleet.studio, 'gateway.move', { port, takeOver: true });
    expect(moved).toMatchObject({ address: `http://127.0.0.1:${port}`, movedInstanceId: 'gpu0' });
    const after = await waitForInstance(fleet.studio, 'gpu0', ({ status }) => status === 'running', 30_000);
    expect(after.configuration.port).not.toBe(port);
    expect(await remaining(port)).toBe(0);
  });

  /** Just enough of a ComfyUI for whoever looks for one; Node runs it, whatever its name ends with. */
  const program = `
    const { createServer } = require('node:http');
    const { appendFileSync } = require('node:fs');
    const { join } = require('node:path');
    const argv = process.argv.slice(2);
    if (argv.includes('--help')) { console.log('usage: main.py [-h] [--listen [IP]] [--port PORT] [--lowvram]'); process.exit(0); }
    const port = Number(argv[argv.indexOf('--port') + 1]);
    appendFileSync(join(__dirname, 'starts.txt'), JSON.stringify(argv) + '\\n');
    const stats = { system: { os: 'linux', comfyui_version: '0.33.0', python_version: '3', pytorch_version: '2', embedded_python: false, argv: ['main.py', ...argv], ram_total: 1, ram_free: 1 }, devices: [] };
    const answers = { '/system_stats': stats, '/prompt': { exec_info: { queue_remaining: 0 } }, '/object_info': {}, '/queue': { queue_running: [], queue_pending: [] } };
    createServer((request, response) => {
      const answer = answers[request.url];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    }).listen(port, '127.0.0.1', () => console.log('To see the GUI go to: http://127.0.0.1:' + port));
    process.on('SIGINT', () => process.exit(0));
  `;

  it('is taken over from a ComfyUI that somebody started, which goes on as an instance', async ({ onTestFinished }) => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-foreign-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, 'models'));
    await writeFile(join(folder, 'main.py'), program);
    const port = await freePort();
    const foreign = spawn(process.execPath, ['main.py', '--port', String(port), '--lowvram'], {
      cwd: folder,
      stdio: 'ignore',
    });
    const ended = once(foreign, 'exit');
    onTestFinished(async () => {
      foreign.kill('SIGKILL');
      await ended;
    });
    const fleet = await openFleet(onTestFinished, { count: 1 });
    const found = await waitFor(
      'the foreign ComfyUI',
      () => callStudio(fleet.studio, 'gateway.examinePort', { port }),
      ({ finding }) => finding.kind === 'comfyui',
    );
    expect(found.finding).toEqual({
      kind: 'comfyui',
      version: '0.33.0',
      queueRemaining: 0,
      pid: foreign.pid,
      importable: true,
    });
    await expect(callStudio(fleet.studio, 'gateway.move', { port })).rejects.toThrow(/SERVER_PORT_TAKEN/u);
    const moved = await callStudio(fleet.studio, 'gateway.move', { port, takeOver: true });
    expect(await ended).toEqual([0, null]);
    expect(await remaining(port)).toBe(0);
    const instance = await waitForInstance(
      fleet.studio,
      moved.importedInstanceId ?? '',
      ({ status }) => status === 'running',
      30_000,
    );
    expect(instance.configuration).toMatchObject({
      comfyuiFolder: folder,
      folders: { base: folder, output: join(folder, 'output') },
      extraArguments: ['--lowvram'],
      autoStart: true,
    });
    expect(instance.configuration.port).not.toBe(port);
  });

  it('is left to any other program', async ({ onTestFinished }) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const fleet = await openFleet(onTestFinished, { count: 1 });
    server.on('connection', (socket) => socket.destroy());
    await expect(callStudio(fleet.studio, 'gateway.examinePort', { port })).resolves.toMatchObject({
      finding: { kind: 'other', pid: process.pid },
    });
    await expect(callStudio(fleet.studio, 'gateway.move', { port, takeOver: true })).rejects.toThrow(
      /GATEWAY_PORT_FOREIGN/u,
    );
    expect(await remaining(fleet.port)).toBe(0);
  });
});
