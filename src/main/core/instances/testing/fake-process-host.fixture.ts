import { StudioError } from '#contract/errors.ts';
import type {
  InstanceProcess,
  LaunchPlan,
  ProcessExit,
  ProcessHost,
  StopSignal,
  SurvivingProcess,
} from '#core/ports/process-host.ts';

/** A process that lives in memory. By default it ends at any signal, as ComfyUI does once it listens. */
export interface FakeProcess extends InstanceProcess {
  readonly plan: LaunchPlan;
  readonly signals: readonly StopSignal[];
  /** Signals without effect from now on; SIGKILL may be among them (a process stuck in the kernel). */
  ignore(...signals: readonly StopSignal[]): void;
  /** Processes of the group that outlive the leader until they are killed. `isImmortal` ones cannot be. */
  leaveBehind(process: SurvivingProcess, options?: { readonly isImmortal: boolean }): void;
  isAlive(): boolean;
  isReleased(): boolean;
  exit(exit: ProcessExit): void;
}

export interface FakeProcessHost extends ProcessHost {
  /** Every process that was ever started, oldest first. */
  processes(): readonly FakeProcess[];
  living(): readonly FakeProcess[];
  /** The latest process of an instance; throws when there is none. */
  processOf(instanceId: string): FakeProcess;
  /** The next launch fails. */
  failNext(error: StudioError): void;
  /** Launches wait until the answer is called. */
  hold(): () => void;
}

const exitOf = (signal: StopSignal): ProcessExit =>
  signal === 'SIGINT' ? { code: 0, signal: null } : { code: null, signal };

const createFakeProcess = (plan: LaunchPlan, pid: number): FakeProcess => {
  const signals: StopSignal[] = [];
  const ignored = new Set<StopSignal>();
  const immortal: SurvivingProcess[] = [];
  let children: SurvivingProcess[] = [];
  let isAlive = true;
  let isReleased = false;
  let resolveExit: (exit: ProcessExit) => void = () => {};
  const exited = new Promise<ProcessExit>((resolve) => {
    resolveExit = resolve;
  });
  const exit = (how: ProcessExit): void => {
    isAlive = false;
    resolveExit(how);
  };
  return {
    plan,
    identity: { pid, startTime: `start-${pid}`, bootId: 'boot' },
    exited,
    signals,
    signal: (signal) => {
      signals.push(signal);
      if (isAlive && !ignored.has(signal)) exit(exitOf(signal));
    },
    ignore: (...added) => {
      for (const signal of added) ignored.add(signal);
    },
    leaveBehind: (process, options) => {
      (options?.isImmortal === true ? immortal : children).push(process);
    },
    survivors: () => Promise.resolve([...(isAlive ? [{ pid, name: 'python' }] : []), ...children, ...immortal]),
    killSurvivors: () => {
      children = [];
      if (isAlive && !ignored.has('SIGKILL')) exit(exitOf('SIGKILL'));
      return Promise.resolve();
    },
    release: () => {
      isReleased = true;
    },
    isAlive: () => isAlive,
    isReleased: () => isReleased,
    exit,
  };
};

export const createFakeProcessHost = (): FakeProcessHost => {
  const processes: FakeProcess[] = [];
  let failure: StudioError | null = null;
  let gate: Promise<void> = Promise.resolve();

  return {
    launch: async (plan) => {
      await gate;
      if (failure !== null) {
        const error = failure;
        failure = null;
        throw error;
      }
      const launched = createFakeProcess(plan, 4_000 + processes.length);
      processes.push(launched);
      return launched;
    },
    adopt: (instanceId, { pid, startTime }) =>
      Promise.resolve(
        processes.find(
          (each) =>
            each.isAlive() &&
            each.plan.instanceId === instanceId &&
            each.identity.pid === pid &&
            each.identity.startTime === startTime,
        ) ?? null,
      ),
    processes: () => processes,
    living: () => processes.filter((each) => each.isAlive()),
    processOf: (instanceId) => {
      const found = processes.findLast((each) => each.plan.instanceId === instanceId);
      if (found === undefined) throw new StudioError('INTERNAL', `${instanceId} was never launched`);
      return found;
    },
    failNext: (error) => {
      failure = error;
    },
    hold: () => {
      let open: () => void = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
  };
};
