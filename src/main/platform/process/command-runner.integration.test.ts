import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createCommandRunner } from './command-runner.ts';

const runner = createCommandRunner();
const sh = (script: string, options: Partial<Parameters<typeof runner.run>[2]> = {}) =>
  runner.run('/bin/bash', ['-c', script], { timeoutMs: 10_000, ...options });

describe('command runner', () => {
  it('answers output and exit code', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({ exitCode: 3, stdout: 'out', stderr: 'err' });
  });

  it('passes arguments as they are, without a shell', async () => {
    const { stdout } = await runner.run('/bin/echo', ['$HOME', 'a b', ';', '*'], { timeoutMs: 5000 });
    expect(stdout).toBe('$HOME a b ; *');
  });

  it('gives exactly the environment and folder that it was told', async () => {
    const { stdout } = await sh('echo "$ONE|$HOME|$PWD"', { environment: { ONE: '1' }, workingFolder: tmpdir() });
    expect(stdout).toBe(`1||${tmpdir()}`);
  });

  it('ends a program at its limit, with what it started', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atelier-run-'));
    const started = performance.now();
    const result = await sh('echo before; (echo $BASHPID > child; exec sleep 60) & trap "" TERM; sleep 60; sleep 60', {
      timeoutMs: 300,
      workingFolder: folder,
    });
    expect(result).toMatchObject({ exitCode: null, stdout: 'before' });
    expect(performance.now() - started).toBeLessThan(5000);
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    await vi.waitFor(() => expect(existsSync(`/proc/${child}`)).toBe(false));
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['/nowhere/python', 'ENOENT'],
    [import.meta.filename, 'EACCES'],
  ])('says why %s cannot be started', async (command, systemCode) => {
    await expect(runner.run(command, [], { timeoutMs: 1000 })).rejects.toMatchObject({
      code: 'LAUNCH_FAILED',
      details: { command, systemCode },
    });
  });

  it('says the same of a missing folder', async () => {
    await expect(sh('exit 0', { workingFolder: '/nowhere' })).rejects.toMatchObject({ code: 'LAUNCH_FAILED' });
  });

  it('is cancelled by its signal, before or during the run', async () => {
    await expect(sh('sleep 60', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await expect(sh('sleep 60', { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      code: 'CALL_CANCELLED',
    });
  });

  it('keeps a bounded part of an endless output', async () => {
    const { stdout } = await sh('yes', { timeoutMs: 5000 });
    expect(stdout.length).toBeLessThanOrEqual(4 * 1024 ** 2);
    expect(stdout.length).toBeGreaterThan(1024 ** 2);
  });
});
