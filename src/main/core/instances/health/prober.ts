import type { InstanceReason } from '#contract/models/instance.ts';
import type { Clock, Random } from '#core/ports/clock.ts';
import type { ComfyClient, ComfyEndpoint, SystemStats } from '#core/ports/comfy-client.ts';
import { reasonOfError } from '../failures/failure-reason.ts';
import type { ProbeReading } from '../fleet-interface.ts';
import type { HangPolicy, LifePolicy } from '../policy.ts';
import { type HangMemory, type HangVerdict, hangWindowMs, judgeHang, type LifeSigns } from './hang-detection.ts';
import type { Vitals } from './vitals.ts';

/** What a probe of a running instance found. */
export interface SteadyFinding {
  /** null: it answered, or its websocket has shown life meanwhile. */
  readonly failure: InstanceReason | null;
  readonly verdict: HangVerdict;
}

/** Asks one instance again and again, in one of two modes, until told to stop. */
export interface Prober {
  /** Asks GET /system_stats every `intervalMs` until `onAnswer` accepts an answer. */
  watchStart(options: {
    readonly intervalMs: number;
    /** false: the answer is not the instance's own (a stranger has its port). */
    readonly onAnswer: (stats: SystemStats) => Promise<boolean>;
    readonly onFailure: (reason: InstanceReason) => void;
  }): void;
  /** Asks GET /prompt every policy.probeIntervalMs and looks for a hang. `readVitals` is null where there is no process here. */
  watchSteady(options: {
    readonly readVitals: (() => Promise<Vitals>) | null;
    /** Whether work in the queue that does not move is looked for, besides silence. */
    readonly watchQueue: boolean;
    /** It has never answered this studio: it is asked at once, and has less time until it does. */
    readonly isUnheard: boolean;
    readonly onFinding: (finding: SteadyFinding) => void;
  }): void;
  off(): void;
  /** Something moved inside the instance, such as its log: it does not hang. `sampling` is left as it was when left out. */
  noteProgress(sampling?: boolean): void;
  /** Something came over its websocket: it does not hang, and it answers. */
  noteActivity(sampling?: boolean): void;
  reading(): ProbeReading;
}

const unread: ProbeReading = { queueRemaining: null, responseTimeMs: null };
const noVitals: Vitals = { gpuLoadPercent: null, cpuTimeMs: null };
const alive: HangVerdict = { hung: false };
/** Shortest pause between two looks at an instance that is suspected to hang. */
const shortestPauseMs = 250;

export const createProber = (options: {
  readonly comfyClient: ComfyClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: LifePolicy;
  readonly endpoint: () => ComfyEndpoint;
}): Prober => {
  const { comfyClient, clock, random, policy, endpoint } = options;
  // Asked anew at each use, since the pauses are settings.
  const pauseMs = (): number => policy.probeIntervalMs;
  const { hang } = policy;
  // Work alone does not excuse one that was never heard: what it was sent waits for its answer, and is sent to another one day.
  const unheard: HangPolicy = { ...hang, windowMs: hang.unheardWindowMs, muteLimitMs: hang.windowMs };
  let stop: () => void = () => {};
  let reading = unread;
  let lastEventAt = clock.now();
  let lastActivityAt = Number.NEGATIVE_INFINITY;
  let sampling = false;

  const noteProgress = (isSampling?: boolean): void => {
    lastEventAt = clock.now();
    if (isSampling !== undefined) sampling = isSampling;
  };

  /** Runs `look` again and again, the first time after `firstDelayMs`; it answers how long to wait for the next time. */
  const loop = (firstDelayMs: number, look: (signal: AbortSignal) => Promise<number | null>): void => {
    stop();
    const abort = new AbortController();
    let cancelTimer = clock.schedule(firstDelayMs, () => turn());
    stop = () => {
      cancelTimer();
      abort.abort();
    };
    const turn = (): void => {
      look(abort.signal).then(
        (delayMs) => {
          if (!abort.signal.aborted && delayMs !== null) cancelTimer = clock.schedule(delayMs, turn);
        },
        () => {
          // A look reports its failures itself; whatever else went wrong must not end the supervision.
          if (!abort.signal.aborted) cancelTimer = clock.schedule(pauseMs(), turn);
        },
      );
    };
  };

  /** GET /prompt once. The failure is null as well when something came over the websocket since shortly before. */
  const ask = async (
    signal: AbortSignal,
  ): Promise<{ readonly queueRemaining: number | null; readonly failure: InstanceReason | null }> => {
    const askedAt = clock.now();
    try {
      const queueRemaining = await comfyClient.queueRemaining(endpoint(), { timeoutMs: policy.probeTimeoutMs, signal });
      reading = { queueRemaining, responseTimeMs: clock.now() - askedAt };
      return { queueRemaining, failure: null };
    } catch (error) {
      if (!signal.aborted) reading = unread;
      const showsLife = lastActivityAt > askedAt - pauseMs();
      return { queueRemaining: null, failure: showsLife ? null : reasonOfError(error) };
    }
  };

  return {
    watchStart: ({ intervalMs, onAnswer, onFailure }) => {
      reading = unread;
      loop(0, async (signal) => {
        try {
          const stats = await comfyClient.systemStats(endpoint(), { timeoutMs: policy.probeTimeoutMs, signal });
          if (signal.aborted || (await onAnswer(stats))) return null;
        } catch (error) {
          if (!signal.aborted) onFailure(reasonOfError(error));
        }
        return intervalMs;
      });
    },

    watchSteady: ({ readVitals, watchQueue, isUnheard, onFinding }) => {
      noteProgress(false);
      lastActivityAt = Number.NEGATIVE_INFINITY;
      let memory: HangMemory | null = null;
      let hasAnswered = !isUnheard;

      /** The verdict, and when the window of a still instance would be over. */
      const judge = async (
        queueRemaining: number | null,
        failure: InstanceReason | null,
      ): Promise<{ readonly verdict: HangVerdict; readonly windowEndsAt: number }> => {
        if (readVitals === null) return { verdict: alive, windowEndsAt: Number.POSITIVE_INFINITY };
        const answers = queueRemaining !== null;
        hasAnswered ||= answers;
        const limits = hasAnswered ? hang : unheard;
        const isSuspect = answers ? watchQueue && queueRemaining > 0 : failure !== null;
        const vitals = isSuspect ? await readVitals() : noVitals;
        const signs: LifeSigns = {
          at: clock.now(),
          answers,
          queueRemaining: isSuspect ? queueRemaining : 0,
          lastEventAt,
          sampling,
          ...vitals,
        };
        const judged = judgeHang(memory, signs, limits);
        memory = judged.memory;
        return {
          verdict: judged.verdict,
          windowEndsAt: isSuspect ? memory.lastMoveAt + hangWindowMs(signs, limits) : Number.POSITIVE_INFINITY,
        };
      };

      // The first look comes at a random time, so that the probes of a big fleet spread over the interval.
      loop(isUnheard ? 0 : random() * pauseMs(), async (signal) => {
        const startedAt = clock.now();
        const { queueRemaining, failure } = await ask(signal);
        if (signal.aborted) return null;
        const tookMs = clock.now() - startedAt;
        const { verdict, windowEndsAt } = await judge(queueRemaining, failure);
        if (signal.aborted) return null;
        onFinding({ failure, verdict });
        // The next probe takes as long as this one, so that the one that decides must begin that much before the window ends; a
        // regular one right before it would only be in its way.
        const regularAt = startedAt + pauseMs();
        const decisiveAt = windowEndsAt - tookMs;
        const nextAt = decisiveAt < regularAt + pauseMs() ? decisiveAt : regularAt;
        return Math.max(nextAt - clock.now(), shortestPauseMs);
      });
    },

    off: () => {
      stop();
      reading = unread;
    },
    noteProgress,
    noteActivity: (isSampling) => {
      lastActivityAt = clock.now();
      noteProgress(isSampling);
    },
    reading: () => reading,
  };
};
