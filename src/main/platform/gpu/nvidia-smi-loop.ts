import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import { byBusId, type NvidiaRow, nvidiaQueryArguments, parseNvidiaRow } from './nvidia-smi-output.ts';

export interface NvidiaLoopOptions {
  readonly command: string;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Without a read for this long the child is ended: an open driver keeps a laptop's card from sleeping. */
  readonly idleMs?: number;
}

/** One nvidia-smi that stays open and prints a table at each interval: opening the driver costs far more than asking it. */
export interface NvidiaLoop {
  /**
   * The latest table; waits for the first one. Null when the child does not run, prints nothing or was lost; the caller then asks
   * in another way, and the child is tried again later.
   */
  read(): Promise<readonly NvidiaRow[] | null>;
  close(): Promise<void>;
}

/** A table whose lines come apart ends when no line followed for this long. */
const tableGapMs = 50;
const firstRetryMs = 2000;
const lastRetryMs = 5 * 60_000;
const closeLimitMs = 1000;

interface Running {
  readonly child: ChildProcess;
  table: NvidiaRow[];
  latest: readonly NvidiaRow[] | null;
  /** When the latest table came, or else the child was started. */
  signAt: number;
  readonly waiters: Set<(rows: readonly NvidiaRow[] | null) => void>;
}

export const createNvidiaLoop = (options: NvidiaLoopOptions): NvidiaLoop => {
  const { clock, logger, intervalMs } = options;
  const silentMs = 3 * intervalMs + 5000;
  const idleMs = options.idleMs ?? 15_000;
  const state = {
    running: null as Running | null,
    failures: 0,
    retryAt: 0,
    readAt: 0,
    gap: null as Cancel | null,
    watch: null as Cancel | null,
    closed: false,
  };

  const tell = (running: Running, rows: readonly NvidiaRow[] | null): void => {
    const waiters = [...running.waiters];
    running.waiters.clear();
    for (const waiter of waiters) waiter(rows);
  };
  const finishTable = (running: Running): void => {
    state.gap?.();
    if (running.table.length === 0) return;
    running.latest = running.table.sort(byBusId);
    running.table = [];
    running.signAt = clock.now();
    state.failures = 0;
    tell(running, running.latest);
  };
  const takeLine = (running: Running, line: string): void => {
    const row = parseNvidiaRow(line);
    if (row === null) return;
    if (running.table.some(({ uuid }) => uuid === row.uuid)) finishTable(running);
    running.table.push(row);
    state.gap?.();
    state.gap = clock.schedule(tableGapMs, () => finishTable(running));
  };
  const lose = (running: Running, reason: string): void => {
    if (state.running !== running) return;
    state.running = null;
    state.gap?.();
    state.watch?.();
    running.child.kill('SIGKILL');
    state.retryAt = clock.now() + Math.min(lastRetryMs, firstRetryMs * 2 ** state.failures);
    state.failures += 1;
    logger.debug('The running nvidia-smi is gone', { reason, failures: state.failures });
    tell(running, null);
  };
  const rest = (running: Running): void => {
    state.running = null;
    state.gap?.();
    running.child.kill('SIGTERM');
    tell(running, null);
  };
  /** Ends a child that nobody reads, or that fell silent. */
  const watch = (running: Running): void => {
    const now = clock.now();
    if (now - running.signAt > silentMs) lose(running, 'silent');
    else if (now - state.readAt > idleMs) rest(running);
    else state.watch = clock.schedule(Math.min(idleMs, intervalMs), () => watch(running));
  };
  const start = (): Running => {
    const args = [...nvidiaQueryArguments, `--loop-ms=${intervalMs}`];
    const child = spawn(options.command, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
      windowsHide: true,
    });
    const running: Running = { child, table: [], latest: null, signAt: clock.now(), waiters: new Set() };
    state.running = running;
    child.once('error', (error) => lose(running, error.message));
    child.once('exit', (code, signal) => lose(running, `exit ${code ?? signal}`));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (state.running === running) takeLine(running, line);
    });
    state.watch = clock.schedule(intervalMs, () => watch(running));
    return running;
  };

  return {
    read: async () => {
      if (state.closed) return null;
      state.readAt = clock.now();
      if (state.running === null && clock.now() < state.retryAt) return null;
      const running = state.running ?? start();
      if (running.latest !== null) return running.latest;
      return new Promise((resolve) => running.waiters.add(resolve));
    },
    close: async () => {
      state.closed = true;
      const { running } = state;
      if (running === null) return;
      rest(running);
      state.watch?.();
      const { child } = running;
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const cancel = clock.schedule(closeLimitMs, () => child.kill('SIGKILL'));
      await once(child, 'exit');
      cancel();
    },
  };
};
