import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createForeignProcesses } from './foreign-processes.ts';

const foreign = createForeignProcesses();

describe.runIf(process.platform === 'linux')('a process that is not the own', () => {
  const start = async (onTestFinished: (cleanup: () => Promise<void>) => void) => {
    const script =
      "process.on('SIGINT', () => process.exit(7)); process.stdout.write('up'); setInterval(() => {}, 1e6)";
    const child = spawn(process.execPath, ['-e', script, 'a b', ''], {
      cwd: tmpdir(),
      env: { ONE: 'x=y' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit');
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    await once(child.stdout, 'data');
    return { pid: child.pid ?? 0, ended, script };
  };

  it('is described by what it was started with, and asked to end', async ({ onTestFinished }) => {
    const { pid, ended, script } = await start(onTestFinished);
    const found = await foreign.describe(pid);
    expect(found).toEqual({
      pid,
      command: [process.execPath, '-e', script, 'a b'],
      workingFolder: tmpdir(),
      environment: { ONE: 'x=y' },
    });
    if (found === null) return;
    await expect(foreign.interrupt({ ...found, command: ['something', 'else'] })).resolves.toBe(false);
    await expect(foreign.interrupt(found)).resolves.toBe(true);
    expect(await ended).toEqual([7, null]);
    await expect(foreign.describe(pid)).resolves.toBeNull();
    await expect(foreign.interrupt(found)).resolves.toBe(false);
  });
});
