import type { ServerLog } from '../log/server-log.ts';
import type { WebsocketHub } from '../websocket/hub.ts';
import type { FaultPlan, Grandchild, JobFault } from './fault-plan.ts';

/** What the faults do to the process. */
export interface FaultEffects {
  exit(code: number): void;
  /** Blocks the event loop for good, without using the processor. */
  blockEventLoop(): void;
  reboot(): void;
  spawnGrandchild(kind: Grandchild): void;
  ignoreSignal(signal: 'SIGINT' | 'SIGTERM'): void;
  after(delayMs: number, work: () => void): void;
}

export interface Faults {
  /** How requests are answered now. */
  http(): FaultPlan['http'];
  /** What /system_stats tells now. */
  stats(): FaultPlan['stats'];
  /** In the middle of job number `job`; may never come back. */
  midway(job: number): Promise<void>;
  /** Once the server listens: arms what the command line asked for. */
  serverStarted(): void;
  /** A fault asked for over the control route; null = done, else what is wrong with the wish. */
  apply(wish: Readonly<Record<string, unknown>>): string | null;
}

const jobFaults: readonly JobFault[] = ['exit', 'hang-event-loop', 'hang-job', 'drop-websockets', 'silence-websockets'];

const isJobFault = (name: unknown): name is JobFault => jobFaults.some((fault) => fault === name);

/** Bytes written per turn of a log flood. */
const floodChunkBytes = 64 * 1024;

const flood = (log: ServerLog, bytes: number): void => {
  const line = `${'0123456789abcdef'.repeat(16)} log flood`;
  const write = (left: number): void => {
    for (let written = 0; written < Math.min(left, floodChunkBytes); written += line.length + 1) log.raw(line);
    if (left > floodChunkBytes) setImmediate(() => write(left - floodChunkBytes));
  };
  write(bytes);
};

interface FaultState {
  http: FaultPlan['http'];
  stats: FaultPlan['stats'];
  readonly inJob: Map<number, readonly JobFault[]>;
}

/** The fault switches of one server: those of the command line, and those that the control route turns on later. */
export const createFaults = (
  plan: FaultPlan,
  parts: { readonly log: ServerLog; readonly hub: WebsocketHub; readonly effects: FaultEffects },
): Faults => {
  const { log, hub, effects } = parts;
  const state: FaultState = { http: plan.http, stats: plan.stats, inJob: new Map(plan.inJob) };

  const strike = async (fault: JobFault): Promise<void> => {
    switch (fault) {
      case 'exit':
        effects.exit(plan.exitCode);
        return;
      case 'hang-event-loop':
        effects.blockEventLoop();
        return;
      case 'hang-job':
        await new Promise<never>(() => undefined);
        return;
      case 'drop-websockets':
        hub.dropAll();
        return;
      case 'silence-websockets':
        hub.silence();
        return;
    }
  };

  /** Faults that strike at once; the names are those of the control route. */
  const immediate: Readonly<Record<string, (value: unknown) => void>> = {
    exit: (code) => effects.exit(typeof code === 'number' ? code : plan.exitCode),
    'hang-event-loop': () => effects.blockEventLoop(),
    reboot: () => effects.reboot(),
    'ignore-sigint': () => effects.ignoreSignal('SIGINT'),
    'ignore-sigterm': () => effects.ignoreSignal('SIGTERM'),
    grandchild: (kind) => effects.spawnGrandchild(kind === 'stubborn' || kind === 'detached' ? kind : 'plain'),
    'log-flood': (bytes) => flood(log, typeof bytes === 'number' ? bytes : 50_000_000),
    'drop-websockets': () => hub.dropAll(),
    'silence-websockets': () => hub.silence(),
    'http-500': () => void (state.http = 'error'),
    'http-mute': () => void (state.http = 'mute'),
    'http-answer': () => void (state.http = 'answer'),
    'stats-nan': () => void (state.stats = 'nan'),
    'stats-huge': () => void (state.stats = 'huge'),
    'stats-true': () => void (state.stats = 'true'),
  };

  return {
    http: () => state.http,
    stats: () => state.stats,
    async midway(job) {
      const due = state.inJob.get(job);
      if (due === undefined) return;
      // What the job has told so far goes out first, as it would from a server whose sockets another thread serves.
      await new Promise<void>((resolve) => effects.after(0, resolve));
      for (const fault of due) await strike(fault);
    },
    serverStarted() {
      if (plan.exitAfterMs !== null) effects.after(plan.exitAfterMs, () => effects.exit(plan.exitCode));
      if (plan.hangAfterMs !== null) effects.after(plan.hangAfterMs, () => effects.blockEventLoop());
      if (plan.rebootAfterMs !== null) effects.after(plan.rebootAfterMs, () => effects.reboot());
      if (plan.grandchild !== null) effects.spawnGrandchild(plan.grandchild);
      if (plan.logFloodBytes > 0) flood(log, plan.logFloodBytes);
    },
    apply(wish) {
      const { fault, job, after_seconds: afterSeconds, value } = wish;
      if (typeof fault !== 'string') return 'fault is missing';
      if (typeof job === 'number') {
        if (!isJobFault(fault)) return `not a fault of a job: ${fault}`;
        state.inJob.set(job, [...(state.inJob.get(job) ?? []), fault]);
        return null;
      }
      const strikeNow = Object.hasOwn(immediate, fault) ? immediate[fault] : undefined;
      if (strikeNow === undefined) return `unknown fault: ${fault}`;
      // A moment later at the earliest, so that the caller gets an answer.
      effects.after(typeof afterSeconds === 'number' ? afterSeconds * 1000 : 10, () => strikeNow(value));
      return null;
    },
  };
};
