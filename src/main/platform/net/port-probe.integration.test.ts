import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { basename } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findFreePort } from './free-port.ts';
import { createPortProbe } from './port-probe.ts';

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const interfaces = Object.values(networkInterfaces()).flat();
const hasIpv6 = interfaces.some((entry) => entry?.address === '::1');

describe('port probe', () => {
  const closings: (() => Promise<unknown>)[] = [];
  const probe = createPortProbe({ logger });

  afterEach(async () => {
    for (const close of closings.splice(0)) await close();
  });

  const listen = async (host: string, port = 0): Promise<number> => {
    const server: Server = createServer((socket) => socket.destroy());
    server.listen({ host, port, ipv6Only: host === '::1' });
    await once(server, 'listening');
    closings.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };
  const freePort = async (): Promise<number> => {
    const port = await listen('127.0.0.1');
    await closings.pop()?.();
    return port;
  };
  const ours = { pid: process.pid, name: basename(process.execPath) };

  it.each(['127.0.0.1', '0.0.0.0', '127.0.0.2', 'localhost', '::1', '::', ''])(
    'finds a free port free for host "%s"',
    async (host) => {
      expect(await probe.check(host, await freePort())).toEqual({ free: true, owner: null });
    },
  );

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '0.0.0.0'],
    ['0.0.0.0', '127.0.0.1'],
    ['127.0.0.2', '127.0.0.2'],
    ['127.0.0.2', '0.0.0.0'],
    ['0.0.0.0', ''],
  ])('a listener on %s takes the port for host "%s"', async (listener, host) => {
    expect(await probe.check(host, await listen(listener))).toEqual({ free: false, owner: ours });
  });

  it.runIf(hasIpv6).each([
    ['::1', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['127.0.0.1', '::1'],
  ])('a listener on %s takes the port for host "%s" (IPv6)', async (listener, host) => {
    expect(await probe.check(host, await listen(listener))).toEqual({ free: false, owner: ours });
  });

  it('names a stranger', async () => {
    const script =
      "import socket,sys,time;s=socket.socket();s.bind(('127.0.0.1',0));s.listen();print(s.getsockname()[1],flush=True);time.sleep(60)";
    const stranger = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    closings.push(async () => {
      stranger.kill('SIGKILL');
      await once(stranger, 'exit');
    });
    const [line] = await once(stranger.stdout, 'data');
    const state = await probe.check('127.0.0.1', Number(String(line)));
    expect(state).toEqual({ free: false, owner: { pid: stranger.pid, name: expect.stringMatching(/^python3/) } });
  });

  it('does not take its own checks for listeners', async () => {
    const port = await freePort();
    const states = await Promise.all(Array.from({ length: 8 }, () => probe.check('0.0.0.0', port)));
    expect(states.every(({ free }) => free)).toBe(true);
  });

  it('answers without an owner when nobody can name it', async () => {
    const refusing = createPortProbe({ logger, findListener: () => Promise.reject(new Error('no tool')) });
    expect(await refusing.check('127.0.0.1', await listen('127.0.0.1'))).toEqual({ free: false, owner: null });
  });

  it('proposes the next free port that nobody reserved', async () => {
    const from = await listen('127.0.0.1');
    const free = await findFreePort(probe, { host: '127.0.0.1', from, reserved: new Set([from + 1]) });
    expect(free).toBeGreaterThan(from + 1);
    expect(await findFreePort(probe, { host: '127.0.0.1', from, reserved: new Set(), attempts: 1 })).toBeNull();
    expect(await findFreePort(probe, { host: '127.0.0.1', from: 65_536, reserved: new Set() })).toBeNull();
  });
});
