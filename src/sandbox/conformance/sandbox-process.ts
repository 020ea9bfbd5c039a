import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SandboxProcess {
  readonly pid: number;
  readonly base: string;
  /** Port of the first address; known once the server is ready. */
  readonly port: number;
  readonly ended: Promise<ProcessEnd>;
  stderr(): string;
  stdout(): string;
  /** Waits until the log has a text, at most `timeoutMs`. */
  logged(text: string | RegExp, timeoutMs?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Ends the process if need be and removes its folder. */
  dispose(): Promise<void>;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A base folder to use instead of a fresh one; it is not removed. */
  readonly base?: string;
  /** Do not wait until it listens. */
  readonly waitForReady?: boolean;
  /** Leave out the arguments that every sandbox of the suite gets. */
  readonly bare?: boolean;
}

const program = resolve(import.meta.dirname, '../main.ts');

const startTimeoutMs = 30_000;

/** A base folder with what has to be there before a start (comfyui-protocol.md 1.1). */
export const createBase = (): string => {
  const base = mkdtempSync(join(tmpdir(), 'sandbox-'));
  mkdirSync(join(base, 'custom_nodes'));
  return base;
};

const usualArguments = (base: string): string[] => [
  '--port',
  '0',
  '--base-directory',
  base,
  '--database-url',
  'sqlite:///:memory:',
  '--sandbox-start-delay',
  '0',
  '--sandbox-test-nodes',
];

const collect = (child: ChildProcess) => {
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    tell();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
    tell();
  });
  const logged = (wanted: string | RegExp, timeoutMs: number): Promise<void> =>
    new Promise((done, fail) => {
      const finish = (error: Error | null): void => {
        clearTimeout(timer);
        listeners.delete(check);
        child.off('close', giveUp);
        if (error === null) done();
        else fail(error);
      };
      const check = (): void => {
        const all = output.stdout + output.stderr;
        if (typeof wanted === 'string' ? all.includes(wanted) : wanted.test(all)) finish(null);
      };
      const giveUp = (): void => finish(new Error(`not logged: ${String(wanted)}\n${output.stdout}${output.stderr}`));
      const timer = setTimeout(giveUp, timeoutMs);
      listeners.add(check);
      child.once('close', giveUp);
      check();
    });
  return { output, logged };
};

/** Starts a sandbox server as a process of its own. */
export const startSandboxProcess = async (options: StartOptions = {}): Promise<SandboxProcess> => {
  const base = options.base ?? createBase();
  const usual = options.bare === true ? [] : usualArguments(base);
  const child = spawn(process.execPath, [program, ...usual, ...(options.args ?? [])], {
    env: { ...process.env, ...options.environment },
    cwd: base,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<ProcessEnd>((done) => child.on('close', (code, signal) => done({ code, signal })));
  const { output, logged } = collect(child);
  const sandbox = {
    pid: child.pid ?? 0,
    base,
    port: 0,
    ended,
    stderr: () => output.stderr,
    stdout: () => output.stdout,
    logged: (text: string | RegExp, timeoutMs = startTimeoutMs) => logged(text, timeoutMs),
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    async dispose() {
      child.kill('SIGKILL');
      await ended;
      if (options.base === undefined) rmSync(base, { recursive: true, force: true });
    },
  };
  if (options.waitForReady === false) return sandbox;
  await logged('To see the GUI go to:', startTimeoutMs);
  const port = /To see the GUI go to: http:\/\/[^\s]*:(\d+)\s/.exec(output.stdout + output.stderr)?.[1];
  return { ...sandbox, port: Number(port) };
};
