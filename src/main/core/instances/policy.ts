import type { ErrorCode } from '#contract/errors.ts';

/**
 * Every number of an instance's life in one object, so that a test can shorten time without touching a rule. The figures are
 * those of docs/architecture.md, section 3.
 */
export interface LifePolicy {
  /** Limit for plan, port check and spawn together; nothing of ComfyUI runs before. */
  readonly launchLimitMs: number;
  /** A start may take any time as long as its log shows progress; this is the longest silence. */
  readonly startSilenceLimitMs: number;
  readonly startProbeIntervalMs: number;
  readonly probeIntervalMs: number;
  /** A busy ComfyUI can block its event loop for a second (comfyui-protocol.md 8.16). */
  readonly probeTimeoutMs: number;
  /** Failed probes in a row that make an instance unhealthy; the first one makes it degraded. */
  readonly unhealthyAfterFailures: number;
  readonly hang: HangPolicy;
  readonly backOff: BackOffPolicy;
  readonly breaker: BreakerPolicy;
  readonly stop: StopPolicy;
  /** Requested restarts from inside (ComfyUI-Manager) in `breaker.windowMs`; one more counts as an exit like any other. */
  readonly rebootsMax: number;
  /** How long the opening of a studio waits for the first answer of what survived the last one. */
  readonly adoptionLimitMs: number;
  /** How long the last words of an ended process may take to be read from its log file. */
  readonly logFlushLimitMs: number;
  /** Shared by all instances when the studio leaves. */
  readonly shutdownMs: number;
}

export interface HangPolicy {
  readonly windowMs: number;
  /** Between two steps of a sampler the server is silent, and a big model on a slow card takes long for one. */
  readonly samplingWindowMs: number;
  /** For a survivor of the last studio that has not answered this one yet. */
  readonly unheardWindowMs: number;
  /** An instance that answers no probe but keeps its processor busy is given up after this time. */
  readonly muteLimitMs: number;
  /** Load up to this is idle: a desktop that is drawn on the same card causes a few percent. */
  readonly idleGpuPercent: number;
  /** Share of one core up to which a process group is idle: answering probes costs a little. */
  readonly idleCpuFraction: number;
  /** Shortest time over which that share is taken: readings of the processor are coarse. */
  readonly cpuSpanMs: number;
}

export interface BackOffPolicy {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** ± this share of the delay. */
  readonly jitter: number;
  /** After this long ready the next delay is the first one again. */
  readonly resetAfterMs: number;
}

export interface BreakerPolicy {
  /** Exits in a row without having been ready that end the attempts. */
  readonly exitsBeforeReady: number;
  /** Exits within `windowMs` that end the attempts. */
  readonly exitsInWindow: number;
  readonly windowMs: number;
}

export interface StopPolicy {
  /** ComfyUI ends within 1.5 to 1.7 s of SIGINT (comfyui-protocol.md 1.3). */
  readonly interruptMs: number;
  readonly terminateMs: number;
  readonly killMs: number;
  /** Longest check that neither a process of the group nor a listener on its port is left. */
  readonly verifyMs: number;
}

export const defaultLifePolicy: LifePolicy = {
  launchLimitMs: 120_000,
  startSilenceLimitMs: 600_000,
  startProbeIntervalMs: 250,
  probeIntervalMs: 5_000,
  probeTimeoutMs: 4_000,
  unhealthyAfterFailures: 3,
  hang: {
    windowMs: 30_000,
    samplingWindowMs: 60_000,
    unheardWindowMs: 15_000,
    muteLimitMs: 600_000,
    idleGpuPercent: 5,
    idleCpuFraction: 0.02,
    cpuSpanMs: 5_000,
  },
  backOff: { firstMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.2, resetAfterMs: 120_000 },
  breaker: { exitsBeforeReady: 3, exitsInWindow: 5, windowMs: 900_000 },
  stop: { interruptMs: 10_000, terminateMs: 5_000, killMs: 5_000, verifyMs: 5_000 },
  rebootsMax: 5,
  adoptionLimitMs: 1_500,
  logFlushLimitMs: 1_000,
  shutdownMs: 20_000,
};

/** Ends of a start that come again at every start until a person changes something: restarting would only hide the message. */
const permanentStartEnds: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INSTANCE_INVALID',
  'INPUT_INVALID',
  'INPUT_PATH_OUTSIDE',
  'LAUNCH_BAD_ARGUMENT',
  'LAUNCH_PYTHON_MISSING',
  'LAUNCH_MODULE_MISSING',
  'LAUNCH_FOLDER_INVALID',
  'LAUNCH_FRONTEND_MISSING',
  'LAUNCH_PORT_TAKEN',
  'LAUNCH_PERMISSION_DENIED',
  'LAUNCH_DISK_FULL',
  'LAUNCH_CUSTOM_NODE',
  'GPU_UNAVAILABLE',
]);

/**
 * Whether another start can be expected to end differently. An instance that had been ready has proved its installation and its
 * arguments, so that only a full disk keeps it down.
 */
export const isWorthRestarting = (code: ErrorCode, hadBeenReady: boolean): boolean =>
  hadBeenReady ? code !== 'LAUNCH_DISK_FULL' : !permanentStartEnds.has(code);
