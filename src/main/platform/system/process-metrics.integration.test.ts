import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { createLinuxProc } from '../process/linux-proc.ts';
import { createProcessMetrics } from './process-metrics.ts';
import { createSystemClock } from './system-clock.ts';

const metrics = createProcessMetrics({ clock: createSystemClock() });

describe('process metrics on this machine', () => {
  it('reads memory and load of a working group, and forgets it when it is gone', async () => {
    const script =
      "require('child_process').spawn(process.execPath, ['-e', 'for (;;);']); Buffer.alloc(64 << 20, 1); setInterval(() => {}, 1000)";
    const leader = spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' });
    const pid = leader.pid ?? 0;
    try {
      await vi.waitFor(
        async () => {
          const reading = (await metrics.read([pid])).get(pid);
          expect(reading?.cpuPercent).toBeGreaterThan(10);
          expect(reading?.cpuPercent).toBeLessThan(250);
          expect(reading?.memoryBytes).toBeGreaterThan(64 * 1024 ** 2);
          expect(reading?.memoryBytes).toBeLessThan(1024 ** 3);
          expect(reading?.cpuTimeMs).toBeGreaterThan(0);
        },
        { timeout: 10_000, interval: 250 },
      );
    } finally {
      process.kill(-pid, 'SIGKILL');
      await once(leader, 'exit');
    }
    await vi.waitFor(async () => expect((await metrics.read([pid])).size).toBe(0));
  });

  it('sees that a stopped group uses no time', async () => {
    const leader = spawn('/bin/sh', ['-c', 'while :; do :; done'], { detached: true, stdio: 'ignore' });
    const pid = leader.pid ?? 0;
    const time = async (): Promise<number> => (await metrics.read([pid])).get(pid)?.cpuTimeMs ?? 0;
    try {
      await vi.waitFor(async () => expect(await time()).toBeGreaterThan(30), { timeout: 10_000 });
      const working = await time();
      await vi.waitFor(async () => expect(await time()).toBeGreaterThan(working), { timeout: 10_000 });
      process.kill(-pid, 'SIGSTOP');
      // The stop itself may come after a last slice of time.
      await vi.waitFor(async () => expect(createLinuxProc().stat(pid)?.state).toBe('T'));
      const ticks = createLinuxProc().stat(pid)?.cpuTicks ?? 0;
      await vi.waitFor(async () => expect(await time()).toBe(ticks * 10), { timeout: 10_000 });
      const stopped = await time();
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(await time()).toBe(stopped);
    } finally {
      process.kill(-pid, 'SIGKILL');
      await once(leader, 'exit');
    }
  });

  it('reads the machine', async () => {
    expect((await metrics.machine()).memoryTotalBytes).toBeGreaterThan(2 ** 28);
    await vi.waitFor(async () => {
      const { cpuPercent, memoryUsedBytes, memoryTotalBytes } = await metrics.machine();
      expect(cpuPercent).toBeGreaterThanOrEqual(0);
      expect(cpuPercent).toBeLessThanOrEqual(100);
      expect(memoryUsedBytes).toBeGreaterThan(0);
      expect(memoryUsedBytes).toBeLessThan(memoryTotalBytes);
    });
  });

  it('answers nothing for nobody', async () => {
    expect((await metrics.read([])).size).toBe(0);
  });
});
