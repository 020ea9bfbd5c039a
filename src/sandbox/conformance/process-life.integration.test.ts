import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { exchange, postJson } from './http-client.ts';
import { shapeOf } from './normalise.ts';
import { loadRecording, readFixture } from './recording.ts';
import { openSocket } from './recording-socket.ts';
import { createBase, type SandboxProcess, type StartOptions, startSandboxProcess } from './sandbox-process.ts';

/** What was recorded of one start: exit code (negative = signal), and the last lines of stderr. */
interface Recorded {
  readonly rc: number | null;
  readonly stderr_tail: readonly string[];
  readonly stdout_tail: readonly string[];
  readonly stderr_db_lines: readonly string[];
  readonly dirs_created: readonly string[];
  readonly base_after: readonly string[];
  readonly base_after_start: readonly string[];
  readonly temp_dir_exists_after: boolean;
  readonly temp_marker_after_second_start: boolean;
}

const recordings = loadRecording('process-lifecycle') as Record<string, Recorded>;

const recorded = (name: string): Recorded => {
  const found = recordings[name];
  if (found === undefined) throw new Error(`no recording ${name}`);
  return found;
};

const started: SandboxProcess[] = [];
const folders: string[] = [];

const start = async (options: StartOptions): Promise<SandboxProcess> => {
  const sandbox = await startSandboxProcess(options);
  started.push(sandbox);
  return sandbox;
};

/** A base folder that several processes share. */
const sharedBase = (): string => {
  const base = createBase();
  folders.push(base);
  return base;
};

afterEach(async () => {
  await Promise.all(started.splice(0).map((sandbox) => sandbox.dispose()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const signalNumbers: Readonly<Record<string, number>> = { SIGINT: 2, SIGTERM: 15, SIGKILL: 9 };

/** The exit code as Python's subprocess tells it. */
const exitOf = async (sandbox: SandboxProcess): Promise<number> => {
  const { code, signal } = await sandbox.ended;
  return signal === null ? (code ?? 0) : -(signalNumbers[signal] ?? 0);
};

/** The last line, with folders and ports as in the recordings. */
const lastLine = (text: string, replaced: Readonly<Record<string, string>> = {}): string => {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  return Object.entries(replaced).reduce((all, [from, to]) => all.replaceAll(from, to), line);
};

const ends = async (args: readonly string[]): Promise<{ rc: number; stderr: string; stdout: string }> => {
  const sandbox = await start({ args, waitForReady: false, bare: true });
  return { rc: await exitOf(sandbox), stderr: sandbox.stderr(), stdout: sandbox.stdout() };
};

describe('process-lifecycle: command lines that are refused', () => {
  it.each([
    ['unknown_flag', ['--nope']],
    ['bad_port', ['--port', 'x']],
    ['missing_user_dir', ['--user-directory', '/nope']],
  ] as const)('%s: usage, reason, exit 2', async (name, args) => {
    const { rc, stderr, stdout } = await ends(args);
    expect(rc).toBe(recorded(name).rc);
    expect(stderr).toMatch(/^usage: main\.py \[-h\] \[--listen/);
    expect(lastLine(stderr)).toBe(recorded(name).stderr_tail.at(-1));
    expect(stdout).toBe('');
  });

  it('help: on stdout, exit 0, every flag in it', async () => {
    const { rc, stdout, stderr } = await ends(['--help']);
    expect(rc).toBe(recorded('help').rc);
    expect(stderr).toBe('');
    for (const flag of ['--base-directory', '--database-url', '--cuda-device', '--preview-method', '--sandbox-clock']) {
      expect(stdout).toContain(flag);
    }
  });

  it('list_feature_flags: JSON on stdout, exit 0', async () => {
    const { rc, stdout, stderr } = await ends(['--list-feature-flags']);
    expect(rc).toBe(recorded('list_feature_flags').rc);
    expect(stderr).toBe('');
    expect(shapeOf(JSON.parse(stdout))).toEqual(
      shapeOf(JSON.parse(recorded('list_feature_flags').stdout_tail.join('\n'))),
    );
  });
});

describe('process-lifecycle: starts that fail', () => {
  it('no_custom_nodes_dir: traceback, exit 1, only the input folder was made', async () => {
    const base = mkdtempSync(join(tmpdir(), 'sandbox-bare-'));
    folders.push(base);
    const sandbox = await start({ base, waitForReady: false });
    expect(await exitOf(sandbox)).toBe(recorded('no_custom_nodes_dir').rc);
    expect(sandbox.stderr()).toContain('Traceback (most recent call last):');
    expect(lastLine(sandbox.stderr(), { [base]: '/srv/inst3' })).toBe(
      recorded('no_custom_nodes_dir').stderr_tail.at(-1),
    );
    expect(readdirSync(base).filter((name) => name !== 'custom_nodes')).toEqual(
      recorded('no_custom_nodes_dir').dirs_created,
    );
  });

  it('port_conflict: exit 1 after the imports, and the temp folder is gone', async () => {
    const base = sharedBase();
    const first = await start({});
    mkdirSync(join(base, 'temp'));
    const second = await start({ base, args: ['--port', String(first.port)], waitForReady: false });
    expect(await exitOf(second)).toBe(recorded('port_conflict').rc);
    const replaced = { [String(first.port)]: '18188' };
    expect(lastLine(second.stderr(), replaced)).toBe(recorded('port_conflict').stderr_tail.at(-1));
    expect(second.stderr().indexOf('ComfyUI version:')).toBeLessThan(second.stderr().indexOf('Starting server'));
    expect(existsSync(join(base, 'temp'))).toBe(recorded('port_conflict').temp_dir_exists_after);
  });

  it('a file of --extra-model-paths-config that is not there: traceback, exit 1', async () => {
    const sandbox = await start({ args: ['--extra-model-paths-config', '/nope.yaml'], waitForReady: false });
    expect(await exitOf(sandbox)).toBe(1);
    expect(lastLine(sandbox.stderr())).toBe("FileNotFoundError: [Errno 2] No such file or directory: '/nope.yaml'");
  });

  it('bad_listen: OSError, exit 1', async () => {
    const sandbox = await start({ args: ['--listen', '203.0.113.77', '--port', '18190'], waitForReady: false });
    expect(await exitOf(sandbox)).toBe(recorded('bad_listen').rc);
    expect(lastLine(sandbox.stderr())).toBe(recorded('bad_listen').stderr_tail.at(-1));
  });

  it('a machine without a visible card needs --cpu', async () => {
    const environment = { CUDA_VISIBLE_DEVICES: '' };
    const sandbox = await start({ environment, waitForReady: false });
    expect(await exitOf(sandbox)).toBe(1);
    expect(lastLine(sandbox.stderr())).toBe('RuntimeError: No CUDA GPUs are available');
    const onCpu = await start({ environment, args: ['--cpu'] });
    expect(onCpu.stderr()).toContain('Device: cpu\n');
  });
});

const databaseLines = (sandbox: SandboxProcess, base: string): string[] =>
  sandbox
    .stderr()
    .split('\n')
    .filter((line) => line.includes('Failed to initialize database'))
    .map((line) => line.replaceAll(base, '/srv/inst1'));

describe('process-lifecycle: the database', () => {
  const url = (base: string): string[] => ['--database-url', `sqlite:///${join(base, 'comfy.db')}`];

  it('shared_base_and_db: the second process says so, goes on, and has wiped the temp folder of the first', async () => {
    const base = sharedBase();
    await start({ base, args: url(base) });
    writeFileSync(join(base, 'temp', 'marker'), '');
    const second = await start({ base, args: url(base) });
    expect(databaseLines(second, base)).toEqual(recorded('shared_base_and_db').stderr_db_lines);
    expect(existsSync(join(base, 'temp', 'marker'))).toBe(
      recorded('shared_base_and_db').temp_marker_after_second_start,
    );
    expect((await exchange(second.port, { path: '/prompt' })).status).toBe(200);
  });

  it('shared_db_enable_assets: exit 1', async () => {
    const base = sharedBase();
    await start({ base, args: url(base) });
    const second = await start({ base, args: [...url(base), '--enable-assets'], waitForReady: false });
    expect(await exitOf(second)).toBe(recorded('shared_db_enable_assets').rc);
    expect(databaseLines(second, base)).toEqual(recorded('shared_db_enable_assets').stderr_tail);
  });

  it('the lock is free again however the first process ended', async () => {
    const base = sharedBase();
    const first = await start({ base, args: url(base) });
    first.kill('SIGKILL');
    await first.ended;
    const second = await start({ base, args: url(base) });
    expect(databaseLines(second, base)).toEqual([]);
  });

  it('default_db: an install without a user folder has none, and goes on', async () => {
    const base = sharedBase();
    const sandbox = await start({
      base,
      bare: true,
      args: ['--port', '0', '--base-directory', base, '--sandbox-start-delay', '0'],
    });
    expect(databaseLines(sandbox, base)).toEqual(recorded('default_db').stderr_db_lines);
  });

  it('default_db, sigint_idle: what lies in the base folder after the start, and after a stop', async () => {
    const base = sharedBase();
    const sandbox = await start({ base, args: url(base) });
    expect(readdirSync(base).toSorted()).toEqual(recorded('default_db').base_after_start);
    sandbox.kill('SIGINT');
    expect(await exitOf(sandbox)).toBe(recorded('sigint_idle').rc);
    expect(sandbox.stderr().trimEnd().split('\n').slice(-2)).toEqual(recorded('sigint_idle').stderr_tail.slice(-2));
    expect(readdirSync(base).toSorted()).toEqual(recorded('sigint_idle').base_after);
  });
});

const steps = {
  '1': { class_type: 'RSteps', inputs: { steps: 1000, delay: 0.05, preview: false, seed: 1 } },
  '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
};

describe('signals', () => {
  const early = loadRecording('extra-observations') as Record<string, { rc: number }>;
  const shutdown = loadRecording('ordering-and-shutdown') as {
    sigint_while_running_ws_close: { code: number };
    temp_dir_after: boolean;
  };

  it('sigterm: dead at once, the temp folder stays', async () => {
    const sandbox = await start({});
    sandbox.kill('SIGTERM');
    expect(await exitOf(sandbox)).toBe(recorded('sigterm').rc);
    expect(sandbox.stderr()).not.toContain('Stopped server');
    expect(existsSync(join(sandbox.base, 'temp'))).toBe(true);
  });

  it.each(['sigint_during_import', 'sigterm_during_import'])('extra-observations: %s', async (name) => {
    const sandbox = await start({ args: ['--sandbox-start-delay', '60'], waitForReady: false });
    // The input folder is made just before the imports begin.
    while (!existsSync(join(sandbox.base, 'input'))) await new Promise((resolve) => setImmediate(resolve));
    sandbox.kill(name.startsWith('sigint') ? 'SIGINT' : 'SIGTERM');
    expect(await exitOf(sandbox)).toBe(early[name]?.rc);
    if (name.startsWith('sigint')) expect(lastLine(sandbox.stderr())).toBe('KeyboardInterrupt');
  });

  it('ordering-and-shutdown: SIGINT in the middle of a job drops the websocket without a goodbye', async () => {
    const sandbox = await start({});
    const socket = await openSocket(sandbox.port, '?clientId=a');
    await postJson(sandbox.port, '/prompt', { prompt: steps, client_id: 'a' });
    await socket.until((frames) => frames.some(({ json }) => json?.type === 'progress'));
    sandbox.kill('SIGINT');
    expect(await socket.closed).toBe(shutdown.sigint_while_running_ws_close.code);
    expect(await exitOf(sandbox)).toBe(0);
    expect(existsSync(join(sandbox.base, 'temp'))).toBe(shutdown.temp_dir_after);
  });
});

/** The lines of a log without what differs from machine to machine. */
const comparableLog = (text: string, base: string, port: number): string[] =>
  text
    .replaceAll(base, '/srv/inst1')
    .replaceAll(String(port), '18188')
    .replace(/Total VRAM \d+ MB, total RAM \d+ MB/, 'Total VRAM <n> MB, total RAM <n> MB')
    .replace(/Python version: .*/, 'Python version: <version>')
    .split('\n')
    .filter((line) => stripVTControlCharacters(line).replaceAll(/\[INFO\]|\s/g, '') !== '');

describe('logs', () => {
  it('startup-stderr: the lines of a start, in their order', async () => {
    const base = sharedBase();
    for (const name of ['websocket_image_save.py', 'research_pack'])
      writeFileSync(join(base, 'custom_nodes', name), '');
    const frontEnd = mkdtempSync(join(tmpdir(), 'front-end-'));
    folders.push(frontEnd);
    const sandbox = await start({ base, args: ['--cpu', '--front-end-root', frontEnd] });
    for (let count = 0; count < 4; count += 1) await postJson(sandbox.port, '/prompt', {});
    sandbox.kill('SIGINT');
    await sandbox.ended;
    const log = sandbox.stderr().replaceAll(frontEnd, '/srv/frontend');
    // Folders are listed in the order of the file system.
    const nodes = (lines: string[]): string[] => [
      ...lines.filter((line) => !line.includes('seconds:')),
      ...lines.filter((line) => line.includes('seconds:')).toSorted(),
    ];
    expect(nodes(comparableLog(log, base, sandbox.port))).toEqual(
      nodes(comparableLog(readFixture('startup-stderr.txt'), base, 18188)),
    );
    expect(sandbox.stdout()).toBe('');
  });

  it('startup-with-log-stdout: errors stay on stderr, the rest goes to stdout', async () => {
    const sandbox = await start({ args: ['--log-stdout', '--multi-user'] });
    await exchange(sandbox.port, { path: '/settings' });
    const errors = readFixture('startup-with-log-stdout.stderr.txt').split('\n');
    expect(sandbox.stderr().trimEnd()).toBe(errors[0]);
    for (const line of ['Starting server', 'To see the GUI go to:', 'ComfyUI version: 0.33.0']) {
      expect(readFixture('startup-with-log-stdout.stdout.txt')).toContain(line);
      expect(sandbox.stdout()).toContain(line);
    }
  });

  it('process-lifecycle.flags_run: one readiness line for each address', async () => {
    const sandbox = await start({ args: ['--listen', '127.0.0.1,::1', '--log-stdout'] });
    await sandbox.logged('http://[::1]:');
    const lines = sandbox
      .stdout()
      .split('\n')
      .filter((line) => /Starting server|To see the GUI/.test(line));
    const { ready_stdout: ready } = recordings.flags_run as unknown as { ready_stdout: string[] };
    expect(lines.map((line) => line.replace(/:\d+$/, ':18190'))).toEqual(ready);
  });

  it('--quick-test-for-ci ends with 0 without listening', async () => {
    const sandbox = await start({ args: ['--quick-test-for-ci'], waitForReady: false });
    expect(await exitOf(sandbox)).toBe(0);
    expect(sandbox.stderr()).not.toContain('Starting server');
  });
});
