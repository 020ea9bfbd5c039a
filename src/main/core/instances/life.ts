import type {
  DrainGoal,
  InstanceConfiguration,
  InstanceExit,
  InstanceReason,
  InstanceState,
  StartPhase,
} from '#contract/models/instance.ts';
import type { ProcessExit, StopSignal } from '#core/ports/process-host.ts';

/** How a process of an earlier studio was found: as itself, without an answer, or with another program on its port. */
export type Survivor = 'answering' | 'mute' | 'displaced';

export type RestartPolicy = InstanceConfiguration['restartPolicy'];

/** Why an instance no longer works on the jobs it had. */
export type LossCause = 'crashed' | 'hung' | 'stopped' | 'rebooted';

/**
 * What may exist in the operating system for the latest run: nothing; perhaps something, since a launch is under way; a living
 * group leader; or the rest of a group whose leader has ended and which is being looked for.
 */
export type ProcessMemory = 'none' | 'launching' | 'alive' | 'clearing';

/** The state that everybody sees, and what must be remembered besides to decide the next one. */
export interface Life {
  readonly state: InstanceState;
  readonly remote: boolean;
  readonly restartPolicy: RestartPolicy;
  /** Counts launches and adoptions. Effects carry it and answers bring it back, so that an answer to an old run is known. */
  readonly run: number;
  readonly process: ProcessMemory;
  /** The right to go through the imports, shared by the fleet. */
  readonly token: 'none' | 'requested' | 'held';
  /** The latest run answered at least once. */
  readonly hasBeenReady: boolean;
  /** The latest run was taken over from an earlier studio. */
  readonly adopted: boolean;
  /** Ends in a row that were not asked for, since the last long ready time: the exponent of the back-off. */
  readonly crashes: number;
  readonly exitsBeforeReady: number;
  /** Times of ends that were not asked for, within the window of the breaker. */
  readonly exitTimes: readonly number[];
  readonly rebootTimes: readonly number[];
  /** ComfyUI-Manager has announced a restart of the process from inside. */
  readonly rebooting: boolean;
  /** Outlives a crash: an instance that the user paused comes back paused. */
  readonly pauseWanted: boolean;
  /** A running instance takes no new work; this happens when its jobs have ended. null in every state that does not run. */
  readonly draining: DrainGoal | null;
  /** The stop under way is for want of work. */
  readonly idleStop: boolean;
  /** Why this program itself is killing the process, when nobody asked for a stop. */
  readonly ending: InstanceReason | null;
  readonly lastExit: InstanceExit | null;
}

export const timers = ['start-silence', 'restart', 'steady', 'stop-step'] as const;
export type LifeTimer = (typeof timers)[number];

/** Something that happened. `random` in [0, 1) comes along where a delay may have to be chosen. */
export type LifeEvent =
  | { readonly type: 'start' }
  /** `idle`: it has nothing to do; nobody asked for it. */
  | { readonly type: 'stop'; readonly idle?: true }
  /** `busy`: the instance works on jobs; only then is there something to wait for. */
  | { readonly type: 'drain'; readonly goal: DrainGoal; readonly busy: boolean }
  /** Like stop, but with no patience left: the deadline of the studio has come. */
  | { readonly type: 'kill' }
  | { readonly type: 'restart' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'configured'; readonly restartPolicy: RestartPolicy }
  | { readonly type: 'watch' }
  | { readonly type: 'unwatch' }
  | {
      readonly type: 'adopted';
      readonly pid: number;
      readonly launchedAt: number;
      readonly version: string;
      readonly found: Survivor;
    }
  | { readonly type: 'token-granted' }
  | { readonly type: 'launched'; readonly run: number; readonly pid: number }
  | { readonly type: 'launch-failed'; readonly run: number; readonly reason: InstanceReason; readonly random: number }
  | { readonly type: 'log-progress'; readonly run: number; readonly phase: StartPhase | null }
  | { readonly type: 'rebooting'; readonly run: number }
  | { readonly type: 'answered'; readonly run: number; readonly version: string }
  | { readonly type: 'probe-succeeded'; readonly run: number }
  | { readonly type: 'probe-failed'; readonly run: number; readonly reason: InstanceReason }
  | { readonly type: 'hung'; readonly run: number; readonly reason: InstanceReason }
  | { readonly type: 'drained'; readonly run: number }
  | {
      readonly type: 'exited';
      readonly run: number;
      readonly exit: ProcessExit;
      readonly reason: InstanceReason;
      readonly random: number;
    }
  /** `survivors` is PROCESS_SURVIVED_STOP when something of the group or on its port is left. */
  | {
      readonly type: 'verified';
      readonly run: number;
      readonly survivors: InstanceReason | null;
      readonly random: number;
    }
  | { readonly type: 'timer'; readonly timer: LifeTimer };

/** Something to be done. The runner performs effects in their order and answers with events. */
export type LifeEffect =
  | { readonly type: 'request-token' }
  /** Gives the token back, or leaves the line for it. */
  | { readonly type: 'release-token' }
  /** Plan, port check, spawn. Answered by exactly one `launched` or `launch-failed` within policy.launchLimitMs. */
  | { readonly type: 'launch'; readonly run: number }
  /** The launch under way is not wanted any more; it is still answered. */
  | { readonly type: 'cancel-launch'; readonly run: number }
  | { readonly type: 'signal'; readonly signal: StopSignal }
  /** `start` asks for the first answer, `steady` for signs of life and of progress. */
  | { readonly type: 'probe'; readonly mode: 'off' | 'start' | 'steady'; readonly run: number }
  | { readonly type: 'schedule'; readonly timer: LifeTimer; readonly delayMs: number }
  | { readonly type: 'cancel'; readonly timer: LifeTimer }
  /** Looks for what is left of the group and on the port, and kills it. Answered by exactly one `verified`. */
  | { readonly type: 'verify-gone'; readonly run: number }
  | { readonly type: 'write-record' }
  | { readonly type: 'remove-record' }
  | { readonly type: 'lose-jobs'; readonly cause: LossCause; readonly reason: InstanceReason }
  | { readonly type: 'warn'; readonly reason: InstanceReason };

/** What one event leads to. */
export interface Step {
  readonly next: Life;
  readonly effects: readonly LifeEffect[];
}

/** A life that has not begun. */
export const initialLife = (options: { readonly remote: boolean; readonly restartPolicy: RestartPolicy }): Life => ({
  state: { kind: 'stopped', lastExit: null, reason: null },
  remote: options.remote,
  restartPolicy: options.restartPolicy,
  run: 0,
  process: 'none',
  token: 'none',
  hasBeenReady: false,
  adopted: false,
  crashes: 0,
  exitsBeforeReady: 0,
  exitTimes: [],
  rebootTimes: [],
  rebooting: false,
  pauseWanted: false,
  draining: null,
  idleStop: false,
  ending: null,
  lastExit: null,
});

/** An event that changes nothing. The life stays the same object, so that nothing is published. */
export const unchanged = (life: Life): Step => ({ next: life, effects: [] });
