import type { HangPolicy } from '../policy.ts';

/** One look at an instance. `null` = cannot be read here. */
export interface LifeSigns {
  readonly at: number;
  /** The probe was answered. */
  readonly answers: boolean;
  readonly queueRemaining: number | null;
  /** When something came over the websocket or into the log last. */
  readonly lastEventAt: number;
  /** The last events were steps of a sampler. */
  readonly sampling: boolean;
  /** Load of the GPU it runs on. */
  readonly gpuLoadPercent: number | null;
  /** CPU time of the process group so far. */
  readonly cpuTimeMs: number | null;
}

/** Where processor time is counted from. */
interface CpuMark {
  readonly at: number;
  readonly cpuTimeMs: number;
}

/** What is remembered between two looks; starts as null. */
export interface HangMemory {
  /** Last time that anything moved: an event, the queue, the GPU, the processor, or there was nothing to do. */
  readonly lastMoveAt: number;
  readonly lastAnswerAt: number;
  readonly cpuSince: CpuMark | null;
  readonly signs: LifeSigns;
}

export type HangVerdict =
  | { readonly hung: false }
  | {
      readonly hung: true;
      readonly why: 'no-progress' | 'mute' | 'mute-but-busy';
      readonly sinceMs: number;
    };

const gpuBusy = (signs: LifeSigns, policy: HangPolicy): boolean =>
  signs.gpuLoadPercent !== null && signs.gpuLoadPercent > policy.idleGpuPercent;

/** Two looks may follow close on each other, and the kernel counts in ticks of 10 ms: one of them must not look like work. */
const cpuBusy = (since: CpuMark | null, signs: LifeSigns, policy: HangPolicy): boolean =>
  signs.cpuTimeMs !== null &&
  since !== null &&
  signs.cpuTimeMs - since.cpuTimeMs > Math.max(signs.at - since.at, policy.cpuSpanMs) * policy.idleCpuFraction;

const nextCpuMark = (since: CpuMark | null, signs: LifeSigns, policy: HangPolicy): CpuMark | null => {
  const { at, cpuTimeMs } = signs;
  if (cpuTimeMs === null) return null;
  const countsOn = since !== null && at - since.at < policy.cpuSpanMs && !cpuBusy(since, signs, policy);
  return countsOn ? since : { at, cpuTimeMs };
};

/** Nothing shows whether the instance works: neither its GPU nor its processor can be read. */
const isBlind = (signs: LifeSigns): boolean => signs.gpuLoadPercent === null && signs.cpuTimeMs === null;

/** Answering, and nothing in the queue: no reason to move. */
const isIdle = (signs: LifeSigns): boolean => signs.answers && signs.queueRemaining === 0;

/** Something moves now, as far as this look can tell. */
const moves = ({ signs: before, cpuSince }: HangMemory, signs: LifeSigns, policy: HangPolicy): boolean =>
  isIdle(signs) ||
  (signs.answers && before.answers && signs.queueRemaining !== before.queueRemaining) ||
  (signs.answers && !before.answers) ||
  gpuBusy(signs, policy) ||
  cpuBusy(cpuSince, signs, policy);

/** Longest time without a move that is still fine. Without proof of idleness nothing is killed before the longest limit. */
export const hangWindowMs = (signs: LifeSigns, policy: HangPolicy): number => {
  if (isBlind(signs)) return policy.muteLimitMs;
  return signs.sampling ? policy.samplingWindowMs : policy.windowMs;
};

/**
 * Whether an instance is alive but stuck: work in its queue (or no answer at all), no event, no change of the queue, and neither its
 * GPU nor its processor busy, for the whole window. The worker thread of ComfyUI can die while HTTP goes on answering, which is why
 * answers alone prove nothing (comfyui-protocol.md 1.3). Processor time counts besides the GPU's load, since reading a big model from
 * disk leaves the GPU idle for minutes.
 */
export const judgeHang = (
  memory: HangMemory | null,
  signs: LifeSigns,
  policy: HangPolicy,
): { readonly memory: HangMemory; readonly verdict: HangVerdict } => {
  if (memory === null) {
    const cpuSince = nextCpuMark(null, signs, policy);
    return { memory: { lastMoveAt: signs.at, lastAnswerAt: signs.at, cpuSince, signs }, verdict: { hung: false } };
  }
  const lastAnswerAt = signs.answers ? signs.at : memory.lastAnswerAt;
  // An event tells its own time, which may be most of a probe's time ago.
  const lastMoveAt = moves(memory, signs, policy) ? signs.at : Math.max(memory.lastMoveAt, signs.lastEventAt);
  const cpuSince = nextCpuMark(memory.cpuSince, signs, policy);
  const next: HangMemory = { lastMoveAt, lastAnswerAt, cpuSince, signs };
  const stillMs = signs.at - lastMoveAt;
  const muteMs = signs.at - lastAnswerAt;
  if (stillMs >= hangWindowMs(signs, policy)) {
    return { memory: next, verdict: { hung: true, why: signs.answers ? 'no-progress' : 'mute', sinceMs: stillMs } };
  }
  if (muteMs >= policy.muteLimitMs && signs.lastEventAt <= lastAnswerAt) {
    return { memory: next, verdict: { hung: true, why: 'mute-but-busy', sinceMs: muteMs } };
  }
  return { memory: next, verdict: { hung: false } };
};
