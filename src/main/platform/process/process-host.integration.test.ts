import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InstanceProcess, LaunchPlan } from '#core/ports/process-host.ts';
import { createSystemClock } from '../system/system-clock.ts';
import { createLinuxProc } from './linux-proc.ts';
import { isGone } from './linux-proc-stat.ts';
import { createProcessHost, type OwnedProcessHost } from './process-host.ts';

const proc = createLinuxProc();
const silent = { debug: () => {}, info: () => {}, warn: vi.fn(), error: () => {} };
const alive = (pid: number): boolean => {
  const stat = proc.stat(pid);
  return stat !== null && !isGone(stat.state);
};

describe('process host', () => {
  let folder: string;
  let host: OwnedProcessHost;
  const started: InstanceProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atelier-host-'));
    host = createHost();
  });
  afterEach(async () => {
    for (const process of started.splice(0)) {
      process.signal('SIGKILL');
      await process.killSurvivors();
      process.release();
    }
    host.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const createHost = (dataFolder = folder): OwnedProcessHost =>
    createProcessHost({
      dataFolder,
      logFolder: join(folder, 'logs'),
      clock: createSystemClock(),
      logger: silent,
      pollIntervalMs: 50,
    });
  const plan = (script: string, changes: Partial<LaunchPlan> = {}): LaunchPlan => ({
    instanceId: 'one',
    command: '/bin/bash',
    arguments: ['-c', script],
    environment: { PATH: process.env['PATH'] ?? '/bin:/usr/bin', FOLDER: folder },
    workingFolder: folder,
    foldersToCreate: [],
    port: 0,
    ...changes,
  });
  const launch = async (script: string, changes: Partial<LaunchPlan> = {}): Promise<InstanceProcess> => {
    const launched = await host.launch(plan(script, changes));
    started.push(launched);
    return launched;
  };
  const log = (): string => readFileSync(join(folder, 'logs', 'comfyui_instance_one.log'), 'utf8');
  const pidFile = (): string => join(folder, 'logs', 'comfyui_instance_one.pid');
  /** The pid that a script wrote into a file. */
  const pidOf = (name: string): Promise<number> =>
    vi.waitFor(() => {
      const pid = Number(readFileSync(join(folder, name), 'utf8'));
      expect(pid).toBeGreaterThan(1);
      return pid;
    }, 5000);

  it('starts a program with its arguments, environment, folder, log and pid file', async () => {
    const child = await launch('echo "out $ONE $ATELIER_INSTANCE_ID $ATELIER_DATA_FOLDER"; pwd >&2; sleep 30', {
      environment: { PATH: '/bin:/usr/bin', ONE: 'a b' },
      foldersToCreate: [join(folder, 'made', 'deep')],
    });
    await vi.waitFor(() => expect(log()).toContain(`out a b one ${folder}\n${folder}\n`));
    expect(log()).toMatch(/^=== Atelier starts one at \d{4}-.*Z ===\n/);
    expect(existsSync(join(folder, 'made', 'deep'))).toBe(true);
    expect(readFileSync(pidFile(), 'utf8')).toBe(`${child.identity.pid}\n`);
    expect(child.identity).toEqual({
      pid: child.identity.pid,
      startTime: proc.stat(child.identity.pid)?.startTime,
      bootId: proc.bootId(),
    });
    expect(proc.stat(child.identity.pid)?.groupId).toBe(child.identity.pid);
  });

  it('appends to the log of an earlier run, below a new opening line', async () => {
    await (await launch('echo first')).exited;
    await (await launch('echo second')).exited;
    expect(log()).toMatch(/^=== Atelier.*\nfirst\n\n=== Atelier.*\nsecond\n$/);
  });

  it.each([
    ['exit 0', { code: 0, signal: null }],
    ['exit 2', { code: 2, signal: null }],
    ['kill -9 $$', { code: null, signal: 'SIGKILL' }],
    ['kill -SEGV $$', { code: null, signal: 'SIGSEGV' }],
  ])('tells how "%s" ended and removes the pid file', async (script, exit) => {
    const child = await launch(script);
    expect(await child.exited).toEqual(exit);
    expect(child.identity.startTime).toMatch(/^\d+$/);
    expect(existsSync(pidFile())).toBe(false);
    expect(await child.survivors()).toEqual([]);
  });

  it('signals the whole group', async () => {
    const child = await launch(
      'trap "exit 7" INT; (trap "echo child >&2; exit" INT; echo $BASHPID > $FOLDER/inner; while :; do sleep 0.05; done) & ' +
        'while :; do sleep 0.05; done',
    );
    const inner = await pidOf('inner');
    child.signal('SIGINT');
    expect(await child.exited).toEqual({ code: 7, signal: null });
    await vi.waitFor(() => expect(alive(inner)).toBe(false));
  });

  it('finds and kills a grandchild that ignores SIGTERM after the leader is gone', async () => {
    const child = await launch(
      '(trap "" TERM INT; echo $BASHPID > $FOLDER/deaf; while :; do sleep 0.05; done) & while :; do sleep 0.05; done',
    );
    const deaf = await pidOf('deaf');
    child.signal('SIGTERM');
    expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' });
    const names = await child.survivors();
    expect(names.map(({ pid }) => pid)).toContain(deaf);
    expect(names.every(({ name }) => ['bash', 'sleep'].includes(name))).toBe(true);
    await child.killSurvivors();
    expect(alive(deaf)).toBe(false);
    expect(await child.survivors()).toEqual([]);
  });

  it('finds and kills a grandchild that left the group', async () => {
    const child = await launch("setsid bash -c 'echo $$ > $FOLDER/stray; exec sleep 60' & sleep 60");
    const stray = await pidOf('stray');
    expect(proc.stat(stray)?.groupId).toBe(stray);
    child.signal('SIGKILL');
    await child.exited;
    expect(alive(stray)).toBe(true);
    await vi.waitFor(async () => expect(await child.survivors()).toEqual([{ pid: stray, name: 'sleep' }]));
    await child.killSurvivors();
    expect(alive(stray)).toBe(false);
  });

  it('leaves the same instance of another studio alone', async () => {
    const other = createHost(join(folder, 'elsewhere'));
    const theirs = await other.launch(plan("setsid bash -c 'echo $$ > $FOLDER/theirs; exec sleep 60' & sleep 60"));
    const stray = await pidOf('theirs');
    const ours = await launch('exit 0');
    await ours.exited;
    expect(await ours.survivors()).toEqual([]);
    await ours.killSurvivors();
    expect(alive(stray)).toBe(true);
    theirs.signal('SIGKILL');
    await theirs.killSurvivors();
    expect(alive(stray)).toBe(false);
    other.close();
  });

  it('counts a zombie as gone', async () => {
    // The leader never waits for its child, which therefore stays a zombie.
    const child = await launch(
      'exec perl -e \'my $p = fork; exit 0 unless $p; open F, ">$ENV{FOLDER}/zombie"; print F $p; close F; sleep 60\'',
    );
    const zombie = await pidOf('zombie');
    await vi.waitFor(() => expect(proc.stat(zombie)?.state).toBe('Z'));
    expect((await child.survivors()).map(({ pid }) => pid)).toEqual([child.identity.pid]);
  });

  it('sends no signal once the group is gone', async () => {
    const child = await launch('exit 0');
    await child.exited;
    expect(await child.survivors()).toEqual([]);
    child.signal('SIGKILL');
    child.signal('SIGTERM');
    expect(silent.warn).not.toHaveBeenCalled();
  });

  describe('adoption', () => {
    it('takes over a process that another studio started and sees its end', async () => {
      const first = await launch('sleep 60');
      const second = createHost();
      const adopted = await second.adopt('one', first.identity);
      expect(adopted?.identity).toEqual(first.identity);
      first.release();
      adopted?.signal('SIGTERM');
      expect(await adopted?.exited).toEqual({ code: null, signal: null });
      expect(existsSync(pidFile())).toBe(false);
      second.close();
    });

    it('sees the end of an adopted process whose parent never reaps it', async () => {
      const script =
        'my $p = fork; unless ($p) { setpgrp; exec "sleep", "60" } open F, ">$ENV{FOLDER}/held"; print F $p; close F; sleep 60';
      const holder = await launch(`exec perl -e '${script}'`);
      const pid = await pidOf('held');
      const startTime = proc.stat(pid)?.startTime ?? '';
      const adopted = await host.adopt('two', { pid, startTime, bootId: holder.identity.bootId });
      adopted?.signal('SIGKILL');
      await adopted?.exited;
      expect(proc.stat(pid)?.state).toBe('Z');
      expect(await host.adopt('two', { pid, startTime, bootId: holder.identity.bootId })).toBeNull();
    });

    it('refuses a pid that belongs to another process, and another boot', async () => {
      const child = await launch('sleep 60');
      const { identity } = child;
      expect(await host.adopt('two', { ...identity, startTime: '1' })).toBeNull();
      expect(await host.adopt('two', { ...identity, bootId: 'other' })).toBeNull();
      expect(alive(identity.pid)).toBe(true);
    });

    it('kills what a leader left behind while no studio was there', async () => {
      const child = await launch(
        '(trap "" TERM HUP; echo $BASHPID > $FOLDER/orphan; while :; do sleep 0.05; done) & sleep 60',
      );
      const orphan = await pidOf('orphan');
      process.kill(child.identity.pid, 'SIGKILL');
      await child.exited;
      expect(alive(orphan)).toBe(true);
      expect(await createHost().adopt('one', child.identity)).toBeNull();
      expect(alive(orphan)).toBe(false);
    });
  });

  it('outlives the studio, with its log', async () => {
    const script = `
      import { createProcessHost } from ${JSON.stringify(join(import.meta.dirname, 'process-host.ts'))};
      import { createSystemClock } from ${JSON.stringify(join(import.meta.dirname, '../system/system-clock.ts'))};
      const logger = { debug() {}, info() {}, warn() {}, error() {} };
      const [folder] = process.argv.slice(1);
      const host = createProcessHost({ dataFolder: folder, logFolder: folder + '/logs', clock: createSystemClock(), logger });
      const child = await host.launch({ instanceId: 'one', command: '/bin/bash',
        arguments: ['-c', 'until [ -e ' + folder + '/go ]; do sleep 0.02; done; echo after; sleep 60'],
        environment: { PATH: '/bin:/usr/bin' }, workingFolder: folder, foldersToCreate: [], port: 0 });
      console.log(JSON.stringify(child.identity));
      setInterval(() => {}, 1000);
    `;
    const studio = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
    });
    const [line] = await once(studio.stdout, 'data');
    const identity = JSON.parse(String(line));
    studio.kill('SIGKILL');
    await once(studio, 'exit');
    const adopted = await host.adopt('one', identity);
    if (adopted === null) throw new Error('not adopted');
    started.push(adopted);
    await (await host.launch(plan('touch $FOLDER/go', { instanceId: 'helper' }))).exited;
    await vi.waitFor(() => expect(log()).toMatch(/after\n$/), 5000);
    adopted.signal('SIGTERM');
    await adopted.exited;
    expect(alive(identity.pid)).toBe(false);
  });

  describe('a launch that fails', () => {
    it.each([
      ['a command that does not exist', { command: '/nowhere/python' }, 'LAUNCH_PYTHON_MISSING', 'ENOENT'],
      ['a command without the right to run', { command: import.meta.filename }, 'LAUNCH_PYTHON_MISSING', 'EACCES'],
      ['a folder as command', { command: '/etc' }, 'LAUNCH_PYTHON_MISSING', 'EACCES'],
      ['a missing working folder', { workingFolder: '/nowhere' }, 'LAUNCH_FOLDER_INVALID', 'ENOENT'],
      ['a file as working folder', { workingFolder: import.meta.filename }, 'LAUNCH_FOLDER_INVALID', null],
      [
        'a folder that cannot be made',
        { foldersToCreate: [join(import.meta.filename, 'x')] },
        'LAUNCH_FAILED',
        'ENOTDIR',
      ],
      ['an argument with a NUL', { arguments: ['a\0b'] }, 'LAUNCH_FAILED', 'ERR_INVALID_ARG_VALUE'],
    ])('names %s', async (_name, changes, code, systemCode) => {
      await expect(host.launch(plan('exit 0', changes))).rejects.toMatchObject({ code, details: { systemCode } });
      expect(existsSync(pidFile())).toBe(false);
    });

    it.runIf(existsSync('/dev/full'))('names a full disk', async () => {
      const { symlinkSync, mkdirSync } = await import('node:fs');
      mkdirSync(join(folder, 'logs'));
      symlinkSync('/dev/full', join(folder, 'logs', 'comfyui_instance_one.log'));
      await expect(host.launch(plan('exit 0'))).rejects.toMatchObject({ code: 'LAUNCH_DISK_FULL' });
    });
  });
});
