import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type HeadlessStudio, startHeadlessStudio, temporaryFolder } from '../e2e/hosts/headless-studio.ts';
import { isAlive, isListening, killIfAlive, processesOf } from './processes.ts';
import { callStudio, getInstance, pidOf, waitFor, waitForInstance } from './studio-client.ts';

/** How soon a card must tell the truth after a crash. */
const crashSeenWithinMs = 2000;

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const dataFolder = async (): Promise<string> => {
  const folder = await temporaryFolder();
  cleanups.push(async () => {
    for (const pid of processesOf(folder.path)) killIfAlive(pid);
    await waitFor(
      'end of the processes',
      () => processesOf(folder.path),
      (pids) => pids.length === 0,
    );
    await folder.remove();
  });
  return folder.path;
};

const start = async (folder: string, ...args: string[]): Promise<HeadlessStudio> => {
  const studio = await startHeadlessStudio({ dataFolder: folder, arguments: args });
  cleanups.push(() => studio.end('SIGKILL'));
  return studio;
};

const expectNothingLeft = async (folder: string, ports: readonly number[]): Promise<void> => {
  await waitFor(
    'no process left',
    () => processesOf(folder),
    (pids) => pids.length === 0,
    5000,
  );
  for (const port of ports) expect(await isListening(port)).toBe(false);
};

describe('the headless studio', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints one ready line and ends with 0 on %s, everything stopped',
    async (signal) => {
      const folder = await dataFolder();
      const studio = await start(folder, '--sandbox', '2');
      expect(studio.ready).toEqual({
        studio: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        gateway: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        pid: expect.any(Number),
        instances: ['sandbox-1', 'sandbox-2'].map((id) => ({
          id,
          name: expect.any(String),
          pid: expect.any(Number),
          port: expect.any(Number),
          state: 'running',
        })),
      });
      const ports = studio.ready.instances.map(({ port }) => port);
      for (const port of ports) expect(await isListening(port)).toBe(true);
      expect(await studio.end(signal)).toBe(0);
      await expectNothingLeft(folder, ports);
    },
  );

  it('ends with 0 when npm, which started it, gets the signal', async () => {
    const folder = await dataFolder();
    const studio = await startHeadlessStudio({ dataFolder: folder, arguments: ['--sandbox', '1'], throughNpm: true });
    expect(await studio.end('SIGTERM')).toBe(0);
    await expectNothingLeft(
      folder,
      studio.ready.instances.map(({ port }) => port),
    );
  });

  it('makes the same sandbox fleet again', async () => {
    const folder = await dataFolder();
    const first = await start(folder, '--sandbox', '2');
    await first.end('SIGTERM');
    const second = await start(folder, '--sandbox', '2');
    const identity = ({ id, name, port }: { id: string; name: string; port: number }) => ({ id, name, port });
    expect(second.ready.instances.map(identity)).toEqual(first.ready.instances.map(identity));
    await second.end('SIGTERM');
  });

  it('says who holds the data folder when it is started twice, and leaves the first one alone', async () => {
    const folder = await dataFolder();
    const first = await start(folder);
    await expect(startHeadlessStudio({ dataFolder: folder })).rejects.toThrow(
      new RegExp(`ended with 1 before it was ready:[^]*STORE_LOCKED[^]*${first.ready.pid}`),
    );
    expect((await callStudio(first, 'studio.describe', {})).dataFolder).toBe(folder);
    expect(await first.end('SIGTERM')).toBe(0);
  });
});

describe('a studio that cannot start', () => {
  it('names who holds its port, ends with 1, and leaves nothing behind', async () => {
    const folder = await dataFolder();
    const stranger = createServer().listen(0, '127.0.0.1');
    cleanups.push(() => new Promise((resolve) => stranger.close(resolve)));
    await new Promise((resolve) => stranger.once('listening', resolve));
    const address = stranger.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    for (const flag of ['--studio-port', '--gateway-port']) {
      const args = [flag, String(port), '--sandbox', '1'];
      await expect(startHeadlessStudio({ dataFolder: folder, arguments: args })).rejects.toThrow(
        new RegExp(`ended with 1 before it was ready:[^]*SERVER_PORT_TAKEN[^]*pid ${process.pid}\\b`),
      );
    }
    await expectNothingLeft(folder, []);
  });

  it('does not listen beyond this machine without a token', async () => {
    const folder = await dataFolder();
    for (const flag of ['--studio-host', '--gateway-host']) {
      await expect(startHeadlessStudio({ dataFolder: folder, arguments: [flag, '0.0.0.0'] })).rejects.toThrow(
        /ended with 1 before it was ready:[^]*SERVER_TOKEN_NEEDED/,
      );
    }
  });
});

describe('an instance that is killed', () => {
  it('is seen within two seconds, started again, and idle work goes on', async () => {
    const studio = await start(await dataFolder(), '--sandbox', '1');
    const before = pidOf(await getInstance(studio, 'sandbox-1'));
    process.kill(before, 'SIGKILL');
    const seen = await waitForInstance(studio, 'sandbox-1', ({ status }) => status !== 'running', crashSeenWithinMs);
    expect(seen.state).toMatchObject({ kind: 'waiting', attempt: 1, reason: { code: 'PROCESS_KILLED' } });
    const after = await waitForInstance(studio, 'sandbox-1', ({ status }) => status === 'running');
    expect(pidOf(after)).not.toBe(before);
    expect(after.statistics.restarts).toBe(1);
  });

  it('is not started again after it was asked to stop', async () => {
    const folder = await dataFolder();
    const studio = await start(folder, '--sandbox', '1');
    const instance = await getInstance(studio, 'sandbox-1');
    await callStudio(studio, 'instances.stop', { instanceId: 'sandbox-1' });
    killIfAlive(pidOf(instance));
    const stopped = await waitForInstance(studio, 'sandbox-1', ({ status }) => status === 'stopped');
    expect(stopped.state).toMatchObject({ kind: 'stopped', lastExit: { requested: true } });
    expect(await isListening(instance.configuration.port)).toBe(false);
  });
});

describe('a hung instance', () => {
  it('is seen within thirty seconds after SIGSTOP, ended and started again', async () => {
    const studio = await start(await dataFolder(), '--sandbox', '1');
    const pid = pidOf(await getInstance(studio, 'sandbox-1'));
    process.kill(pid, 'SIGSTOP');
    const seen = await waitForInstance(studio, 'sandbox-1', ({ health }) => health === 'unhealthy', 30_000);
    expect(seen.status).toBe('running');
    const after = await waitForInstance(
      studio,
      'sandbox-1',
      (instance) => instance.health === 'healthy' && instance.pid !== pid,
      60_000,
    );
    expect(after.status).toBe('running');
    expect(isAlive(pid)).toBe(false);
  }, 120_000);
});

describe('a studio that is killed', () => {
  it('leaves its instances running and adopts them, without a restart, when it comes back', async () => {
    const folder = await dataFolder();
    const first = await start(folder, '--sandbox', '2');
    const pids = first.ready.instances.map(({ pid }) => pid);
    await first.end('SIGKILL');
    for (const pid of pids) expect(isAlive(Number(pid))).toBe(true);
    const second = await start(folder, '--sandbox', '2');
    expect(second.ready.instances.map(({ pid }) => pid)).toEqual(pids);
    expect((await getInstance(second, 'sandbox-1')).state).toMatchObject({ kind: 'ready', adopted: true });
    expect(await second.end('SIGTERM')).toBe(0);
    await expectNothingLeft(
      folder,
      second.ready.instances.map(({ port }) => port),
    );
  });

  it('sees an adopted instance die', async () => {
    const folder = await dataFolder();
    const first = await start(folder, '--sandbox', '1');
    await first.end('SIGKILL');
    const second = await start(folder, '--sandbox', '1');
    process.kill(pidOf(await getInstance(second, 'sandbox-1')), 'SIGKILL');
    await waitForInstance(second, 'sandbox-1', ({ status }) => status !== 'running', crashSeenWithinMs);
    await waitForInstance(second, 'sandbox-1', ({ status }) => status === 'running');
  });

  it('leaves instances running on request and adopts them again', async () => {
    const folder = await dataFolder();
    const first = await start(folder, '--sandbox', '1', '--keep-instances');
    expect(await first.end('SIGTERM')).toBe(0);
    const second = await start(folder, '--sandbox', '1');
    expect(second.ready.instances).toEqual(first.ready.instances);
  });
});

describe('a stranger on the port', () => {
  it('is named, nothing is started, and a start works once it is gone', async () => {
    const folder = await dataFolder();
    const studio = await start(folder, '--sandbox', '1');
    const { configuration } = await getInstance(studio, 'sandbox-1');
    await callStudio(studio, 'instances.stop', { instanceId: 'sandbox-1' });
    await waitForInstance(studio, 'sandbox-1', ({ status }) => status === 'stopped');
    const stranger = createServer().listen(configuration.port, '127.0.0.1');
    cleanups.push(() => new Promise((resolve) => stranger.close(resolve)));
    await waitFor('the stranger', () => isListening(configuration.port), Boolean);
    await callStudio(studio, 'instances.start', { instanceId: 'sandbox-1' });
    const failed = await waitForInstance(studio, 'sandbox-1', ({ status }) => status === 'error');
    expect(failed.state).toMatchObject({ kind: 'failed', reason: { code: 'LAUNCH_PORT_TAKEN' } });
    expect(JSON.stringify(failed.state)).toContain(String(process.pid));
    await new Promise((resolve) => stranger.close(resolve));
    await callStudio(studio, 'instances.start', { instanceId: 'sandbox-1' });
    await waitForInstance(studio, 'sandbox-1', ({ status }) => status === 'running');
  });

  it('of a sandbox fleet before the studio starts makes that instance take another one', async () => {
    const folder = await dataFolder();
    const first = await start(folder, '--sandbox', '2');
    expect(await first.end('SIGTERM')).toBe(0);
    const [taken, kept] = first.ready.instances.map(({ port }) => port);
    const stranger = createServer().listen(taken, '127.0.0.1');
    cleanups.push(() => new Promise((resolve) => stranger.close(resolve)));
    await waitFor('the stranger', () => isListening(taken ?? 0), Boolean);
    const second = await start(folder, '--sandbox', '2');
    expect(second.ready.instances.map(({ state }) => state)).toEqual(['running', 'running']);
    const [moved, stayed] = second.ready.instances.map(({ port }) => port);
    expect([taken, kept]).not.toContain(moved);
    expect(stayed).toBe(kept);
    expect((await getInstance(second, 'sandbox-1')).configuration.port).toBe(moved);
  });
});
