import type { ServerLog } from '../log/server-log.ts';
import type { WebsocketHub } from '../websocket/hub.ts';
import type { FaultPlan, Grandchild, JobFault } from './fault-plan.ts';
import { type AnswerFaults, floodLog, immediateFaultsOf } from './immediate-faults.ts';

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

/** A fault over the control route strikes a moment later at the earliest, so that the caller gets an answer. */
const leastDelayMs = 10;

/** A client that reads nothing does not put a fault off for longer than this. */
const longestDrainMs = 1000;

/** The fault switches of one server: those of the command line, and those that the control route turns on later. */
export const createFaults = (
  plan: FaultPlan,
  parts: { readonly log: ServerLog; readonly hub: WebsocketHub; readonly effects: FaultEffects },
): Faults => {
  const { log, hub, effects } = parts;
  const answers: AnswerFaults = { http: plan.http, stats: plan.stats };
  const inJob = new Map(plan.inJob);
  const immediate = immediateFaultsOf(parts, answers, plan.exitCode);

  /** A job that hangs never comes back; every other fault is one that could strike at any time. */
  const strike = async (fault: JobFault): Promise<void> => {
    if (fault === 'hang-job') await new Promise<never>(() => undefined);
    else immediate[fault]?.(undefined);
  };

  return {
    http: () => answers.http,
    stats: () => answers.stats,
    async midway(job) {
      const due = inJob.get(job);
      if (due === undefined) return;
      // What the job has told so far goes out first, as it would from a server whose sockets another thread serves.
      await Promise.race([hub.drained(), new Promise<void>((resolve) => effects.after(longestDrainMs, resolve))]);
      for (const fault of due) await strike(fault);
    },
    serverStarted() {
      if (plan.exitAfterMs !== null) effects.after(plan.exitAfterMs, () => effects.exit(plan.exitCode));
      if (plan.hangAfterMs !== null) effects.after(plan.hangAfterMs, () => effects.blockEventLoop());
      if (plan.rebootAfterMs !== null) effects.after(plan.rebootAfterMs, () => effects.reboot());
      if (plan.grandchild !== null) effects.spawnGrandchild(plan.grandchild);
      if (plan.logFloodBytes > 0) floodLog(log, plan.logFloodBytes);
    },
    apply(wish) {
      const { fault, job, after_seconds: afterSeconds, value } = wish;
      if (typeof fault !== 'string') return 'fault is missing';
      if (typeof job === 'number') {
        if (!isJobFault(fault)) return `not a fault of a job: ${fault}`;
        inJob.set(job, [...(inJob.get(job) ?? []), fault]);
        return null;
      }
      const strikeNow = Object.hasOwn(immediate, fault) ? immediate[fault] : undefined;
      if (strikeNow === undefined) return `unknown fault: ${fault}`;
      effects.after(typeof afterSeconds === 'number' ? afterSeconds * 1000 : leastDelayMs, () => strikeNow(value));
      return null;
    },
  };
};
