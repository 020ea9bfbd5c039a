import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHostProbe } from './host-probe.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(async (server) => {
      server.close();
      if (server.listening) await once(server, 'close');
    }),
  );
});

const listen = async (): Promise<number> => {
  const server = createServer((socket) => socket.on('error', () => undefined).destroy());
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

describe('the host probe', () => {
  const probe = createHostProbe();

  it('tells an open port from a closed one', async () => {
    const port = await listen();
    expect(await probe.reach('127.0.0.1', port, { timeoutMs: 5000 })).toBe('open');
    servers.pop()?.close();
    expect(await probe.reach('127.0.0.1', port, { timeoutMs: 5000 })).toBe('refused');
  });

  it('tells a name that nobody knows', async () => {
    expect(await probe.reach('no-such-host.invalid', 80, { timeoutMs: 20_000 })).toBe('unknown-host');
  });

  it('gives up at its limit, and when the caller has gone', async () => {
    // A documentation address (RFC 5737) leads nowhere; some networks say so at once, others swallow the attempt.
    const startedAt = performance.now();
    expect(await probe.reach('192.0.2.1', 80, { timeoutMs: 100 })).not.toBe('open');
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(await probe.reach('192.0.2.1', 80, { timeoutMs: 5000, signal: AbortSignal.abort() })).toBe('timeout');
  });

  it('names addresses of this machine, without brackets', () => {
    const addresses = createHostProbe().ownAddresses();
    expect(addresses).toContain('127.0.0.1');
    expect(addresses.every((address) => /^[0-9a-f.:%\w]+$/i.test(address))).toBe(true);
  });
});
