import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { untilInHistory } from '../conformance/conversation.ts';
import { exchange, postJson } from '../conformance/http-client.ts';
import { openSocket } from '../conformance/recording-socket.ts';
import {
  createBase,
  type SandboxProcess,
  type StartOptions,
  startSandboxProcess,
} from '../conformance/sandbox-process.ts';

const started: SandboxProcess[] = [];
const strays: number[] = [];
const folders: string[] = [];

const ownBase = (): string => {
  const base = createBase();
  folders.push(base);
  return base;
};

const start = async (...args: string[]): Promise<SandboxProcess> => launch({ args });

const launch = async (options: StartOptions): Promise<SandboxProcess> => {
  const sandbox = await startSandboxProcess(options);
  started.push(sandbox);
  return sandbox;
};

afterEach(async () => {
  for (const pid of strays.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  await Promise.all(started.splice(0).map((sandbox) => sandbox.dispose()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A zombie counts as dead: nobody in the test reaps orphans. */
const isAlive = (pid: number): boolean => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return false;
    throw error;
  }
};

const groupOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]);

const steps = (count: number) => ({
  '1': { class_type: 'RSteps', inputs: { steps: count, delay: 0.02, preview: false, seed: 1 } },
  '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
});

const submit = async (sandbox: SandboxProcess, count = 20): Promise<string> => {
  const { json } = await postJson(sandbox.port, '/prompt', { prompt: steps(count), client_id: 'watcher' });
  return (json as { prompt_id: string }).prompt_id;
};

/** Whether a request gets an answer within `timeoutMs`. */
const answers = async (sandbox: SandboxProcess, timeoutMs: number): Promise<boolean> => {
  const attempt = fetch(`http://127.0.0.1:${sandbox.port}/prompt`, { signal: AbortSignal.timeout(timeoutMs) });
  return attempt.then(
    () => true,
    () => false,
  );
};

/** Processor time that a process has used, in clock ticks. */
const processorTicks = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
};

const codeOf = async (sandbox: SandboxProcess): Promise<number | NodeJS.Signals | null> => {
  const { code, signal } = await sandbox.ended;
  return signal ?? code;
};

describe('faults of the start', () => {
  it('slow start: no address before the time is over', async () => {
    const before = performance.now();
    await start('--fault-slow-start', '1.2');
    expect(performance.now() - before).toBeGreaterThan(1200);
  });

  it('exit during start: with the given code, before it listens', async () => {
    const sandbox = await launch({ args: ['--fault-exit-during-start', '7'], waitForReady: false });
    expect(await codeOf(sandbox)).toBe(7);
    expect(sandbox.stderr()).not.toContain('Starting server');
  });

  it('refused port: as if somebody else had it', async () => {
    const sandbox = await launch({ args: ['--fault-refuse-port', '--port', '18999'], waitForReady: false });
    expect(await codeOf(sandbox)).toBe(1);
    expect(sandbox.stderr()).toContain('Port 18999 is already in use on address 127.0.0.1.');
  });
});

describe('ends', () => {
  it('exits after a time, with a code', async () => {
    const sandbox = await start('--fault-exit-after', '0.1', '--fault-exit-code', '3');
    expect(await codeOf(sandbox)).toBe(3);
  });

  it('exits in the middle of the second job, not of the first', async () => {
    const sandbox = await start('--fault-exit-in-job', '2', '--fault-exit-code', '139');
    await untilInHistory(sandbox.port, await submit(sandbox, 2));
    await submit(sandbox, 10_000);
    expect(await codeOf(sandbox)).toBe(139);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ignores %s', async (signal) => {
    const sandbox = await start(signal === 'SIGINT' ? '--fault-ignore-sigint' : '--fault-ignore-sigterm');
    sandbox.kill(signal);
    // An answer after the signal shows that it was let pass.
    expect(await answers(sandbox, 5000)).toBe(true);
    expect(isAlive(sandbox.pid)).toBe(true);
    sandbox.kill(signal === 'SIGINT' ? 'SIGTERM' : 'SIGINT');
    expect(await codeOf(sandbox)).toBe(signal === 'SIGINT' ? 'SIGTERM' : 0);
  });
});

describe('hangs', () => {
  it('of the event loop: nothing answers, no processor time is used, SIGTERM still kills', async () => {
    const sandbox = await start('--fault-hang-in-job', '1');
    const socket = await openSocket(sandbox.port, '?clientId=watcher');
    await submit(sandbox, 10_000);
    await socket.until((frames) => frames.some(({ json }) => json?.type === 'progress'));
    expect(await answers(sandbox, 500)).toBe(false);
    const before = processorTicks(sandbox.pid);
    expect(await answers(sandbox, 300)).toBe(false);
    expect(processorTicks(sandbox.pid) - before).toBeLessThanOrEqual(1);
    sandbox.kill('SIGTERM');
    expect(await codeOf(sandbox)).toBe('SIGTERM');
    expect(await socket.closed).toBe(1006);
  });

  it('of one job: HTTP answers, the queue never moves, an interrupt changes nothing', async () => {
    const sandbox = await start('--fault-hang-job', '1');
    const socket = await openSocket(sandbox.port, '?clientId=watcher');
    const id = await submit(sandbox);
    await socket.until((frames) => frames.some(({ json }) => json?.type === 'progress'));
    await postJson(sandbox.port, '/interrupt', { prompt_id: id });
    socket.clear();
    const { json } = await exchange(sandbox.port, { path: '/prompt' });
    expect(json).toEqual({ exec_info: { queue_remaining: 1 } });
    await expect(socket.until((frames) => frames.length > 0, 500)).rejects.toThrow('not received');
    await socket.close();
  });
});

describe('HTTP', () => {
  it('answers 500', async () => {
    const sandbox = await start('--fault-http-500');
    expect((await exchange(sandbox.port, { path: '/prompt' })).status).toBe(500);
  });

  it('accepts and never answers', async () => {
    const sandbox = await start('--fault-http-mute');
    expect(await answers(sandbox, 500)).toBe(false);
    expect(isAlive(sandbox.pid)).toBe(true);
  });

  it('tells NaN, which is no JSON', async () => {
    const sandbox = await start('--fault-stats', 'nan');
    const text = await (await fetch(`http://127.0.0.1:${sandbox.port}/system_stats`)).text();
    expect(text).toContain('"vram_total": NaN');
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it('tells huge values', async () => {
    const sandbox = await start('--fault-stats', 'huge');
    const { json } = await exchange(sandbox.port, { path: '/system_stats' });
    const [device] = (json as { devices: { vram_total: number }[] }).devices;
    expect(device?.vram_total).toBeGreaterThan(1e300);
  });
});

describe('websockets', () => {
  it('dropped in the middle of a job, which goes on', async () => {
    const sandbox = await start('--fault-websocket-drop-in-job', '1');
    const socket = await openSocket(sandbox.port, '?clientId=watcher');
    const id = await submit(sandbox);
    expect(await socket.closed).toBe(1006);
    await untilInHistory(sandbox.port, id);
  });

  it('silent in the middle of a job, which goes on', async () => {
    const sandbox = await start('--fault-websocket-silent-in-job', '1');
    const socket = await openSocket(sandbox.port, '?clientId=watcher');
    await untilInHistory(sandbox.port, await submit(sandbox));
    const types = socket.frames().map(({ json }) => json?.type);
    expect(types).toContain('execution_start');
    expect(types).not.toContain('execution_success');
    await socket.close();
  });
});

describe('grandchildren', () => {
  const grandchildOf = async (sandbox: SandboxProcess): Promise<number> => {
    await sandbox.logged(/grandchild started: pid \d+/);
    const pid = Number(/grandchild started: pid (\d+)/.exec(sandbox.stderr())?.[1]);
    strays.push(pid);
    return pid;
  };

  it('outlive the server, in its process group', async () => {
    const sandbox = await start('--fault-grandchild');
    const pid = await grandchildOf(sandbox);
    expect(groupOf(pid)).toBe(groupOf(sandbox.pid));
    sandbox.kill('SIGKILL');
    while (isAlive(sandbox.pid)) await new Promise((resolve) => setImmediate(resolve));
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGTERM');
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
  });

  it('may ignore signals', async () => {
    const pid = await grandchildOf(await start('--fault-grandchild', 'stubborn'));
    // Its shell says nothing when it is ready; the mask of ignored signals in /proc does.
    const ignores = (): boolean => /SigIgn:\s*[0-9a-f]*[4-7c-f]...$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    while (!ignores()) await new Promise((resolve) => setImmediate(resolve));
    process.kill(pid, 'SIGTERM');
    process.kill(pid, 'SIGINT');
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
  });

  it('may have a group of their own', async () => {
    const sandbox = await start('--fault-grandchild', 'detached');
    const pid = await grandchildOf(sandbox);
    expect(groupOf(pid)).toBe(pid);
  });
});

describe('logs', () => {
  it('flood', async () => {
    const sandbox = await start('--fault-log-flood', '3000000');
    while (sandbox.stderr().length < 3_000_000) await new Promise((resolve) => setImmediate(resolve));
    expect(await answers(sandbox, 5000)).toBe(true);
  });

  it('cut through the middle of a character, without losing a byte', async () => {
    const base = ownBase();
    const program = join(import.meta.dirname, '../main.ts');
    const args = [
      '--port',
      '0',
      '--base-directory',
      base,
      '--database-url',
      'sqlite:///:memory:',
      '--fault-split-utf8',
    ];
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const chunks: Buffer[] = [];
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (Buffer.concat(chunks).toString('utf8').includes('To see the GUI')) resolve();
      });
    });
    const closed = new Promise((resolve) => child.on('close', resolve));
    child.kill('SIGKILL');
    await closed;
    expect(chunks.some((chunk) => chunk.toString('utf8').includes('\ufffd'))).toBe(true);
    const lines = Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1);
    expect(lines.filter((line) => line.includes('\ufffd'))).toEqual([]);
    expect(lines.filter((line) => line.includes('ComfyUI version: 0.33.0 größe ✓'))).toHaveLength(1);
  });
});

describe('reboot', () => {
  it('under a launcher: a marker beside the session, exit 0', async () => {
    const base = ownBase();
    const session = join(base, 'session');
    const environment = { __COMFY_CLI_SESSION__: session };
    const sandbox = await launch({ args: ['--enable-manager'], environment });
    expect((await postJson(sandbox.port, '/v2/manager/reboot', {})).status).toBe(200);
    expect(await codeOf(sandbox)).toBe(0);
    expect(existsSync(`${session}.reboot`)).toBe(true);
  });

  it('on its own: the same process starts again', async () => {
    const sandbox = await start('--fault-reboot-after', '0.1');
    await sandbox.logged(/To see the GUI[^]*Restarting\.\.\.[^]*To see the GUI/);
    expect(isAlive(sandbox.pid)).toBe(true);
  });

  it('is not served without the manager', async () => {
    const sandbox = await start();
    expect((await exchange(sandbox.port, { path: '/manager/reboot' })).status).toBe(404);
  });
});

describe('the control route', () => {
  it('is off by default', async () => {
    const sandbox = await start();
    expect((await postJson(sandbox.port, '/sandbox/fault', { fault: 'exit' })).status).toBe(405);
  });

  it('turns faults on and off, and is answered through all of them', async () => {
    const sandbox = await start('--sandbox-control');
    const fault = (wish: object) => postJson(sandbox.port, '/sandbox/fault', wish);
    expect((await fault({ fault: 'nope' })).status).toBe(400);
    expect((await fault({ fault: 'log-flood', job: 1 })).status).toBe(400);
    expect((await fault({ fault: 'http-mute' })).status).toBe(200);
    while (await answers(sandbox, 100)) await new Promise((resolve) => setImmediate(resolve));
    expect((await fault({ fault: 'http-answer' })).status).toBe(200);
    while (!(await answers(sandbox, 100))) await new Promise((resolve) => setImmediate(resolve));
    expect((await fault({ fault: 'exit', job: 1 })).status).toBe(200);
    await submit(sandbox, 10_000);
    expect(await codeOf(sandbox)).toBe(1);
  });

  it('ends the server when asked to', async () => {
    const sandbox = await start('--sandbox-control');
    await postJson(sandbox.port, '/sandbox/fault', { fault: 'exit', value: 9 });
    expect(await codeOf(sandbox)).toBe(9);
  });
});
