import type { Telemetry } from '#contract/models/gpu.ts';
import { createTopicFeed, type TopicFeed } from '#contract/topic-feed.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { GpuProbe, MachineReading, ProcessMetrics } from '#core/ports/machine.ts';
import { createLimitedSource } from './limited-source.ts';
import { type InstanceFacts, mergeSample } from './merge-sample.ts';

export interface TelemetrySamplerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly gpuProbe: GpuProbe;
  readonly processMetrics: ProcessMetrics;
  /** Read before each wait, so that a changed setting holds from then on. */
  readonly intervalMs: () => number;
  /** What the probes of the fleet know by now; asked once a sample. */
  readonly instanceFacts: () => readonly InstanceFacts[];
  /** Whether samples are needed though nobody watches the topic. */
  readonly isNeeded?: () => boolean;
  /** Gets every sample, without counting as somebody who looks. */
  readonly onSample?: (sample: Telemetry) => void;
}

export interface TelemetrySampler {
  /** The `telemetry` topic: the latest whole sample. */
  readonly feed: TopicFeed<Telemetry, Telemetry>;
  start(): void;
  /** Takes a sample now, or joins the one that is being taken. */
  sample(): Promise<Telemetry>;
  /** Ends the sampling; resolves when the last sample is done. */
  stop(): Promise<void>;
}

const sourceLimitMs = 5000;
const noMachine: MachineReading | null = null;

const createSources = ({ clock, logger }: TelemetrySamplerOptions) => {
  const common = { clock, logger, limitMs: sourceLimitMs };
  return {
    gpus: createLimitedSource<Awaited<ReturnType<GpuProbe['read']>>>({ ...common, name: 'gpu', empty: [] }),
    processes: createLimitedSource<Awaited<ReturnType<ProcessMetrics['read']>>>({
      ...common,
      name: 'processes',
      empty: new Map(),
    }),
    machine: createLimitedSource<MachineReading | null>({ ...common, name: 'machine', empty: noMachine }),
  };
};

/**
 * Reads every GPU, every instance and the machine in one go, at the interval of the settings, while somebody looks at it. Samples
 * never overlap, and a source that hangs delays a sample by its limit only.
 */
export const createTelemetrySampler = (options: TelemetrySamplerOptions): TelemetrySampler => {
  const { clock, gpuProbe, processMetrics, intervalMs, instanceFacts } = options;
  const sources = createSources(options);
  const state = {
    latest: mergeSample({ at: 0, gpus: [], facts: [], processes: new Map(), machine: null }),
    watchers: 0,
    isRunning: false,
    timer: null as Cancel | null,
    sampling: null as Promise<Telemetry> | null,
  };
  const topic = createTopicFeed<Telemetry, Telemetry>(() => state.latest);

  const take = async (): Promise<Telemetry> => {
    const facts = instanceFacts();
    const pids = facts.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    const [gpus, processes, machine] = await Promise.all([
      sources.gpus.ask(() => gpuProbe.read()),
      sources.processes.ask(() => processMetrics.read(pids)),
      sources.machine.ask(() => processMetrics.machine()),
    ]);
    state.latest = mergeSample({ at: clock.now(), gpus, facts, processes, machine });
    options.onSample?.(state.latest);
    topic.publish(state.latest);
    return state.latest;
  };
  const sample = (): Promise<Telemetry> => {
    state.sampling ??= take().finally(() => {
      state.sampling = null;
    });
    return state.sampling;
  };
  const arm = (delayMs: number): void => {
    state.timer?.();
    state.timer = state.isRunning ? clock.schedule(delayMs, () => void tick()) : null;
  };
  const tick = async (): Promise<void> => {
    state.timer = null;
    const startedAt = clock.now();
    try {
      if (state.watchers > 0 || options.isNeeded?.() === true) await sample();
    } catch (error) {
      options.logger.warn('A telemetry sample failed', { error });
    }
    arm(Math.max(0, intervalMs() - (clock.now() - startedAt)));
  };
  /** The first watcher should not look at an old sample for a whole interval. */
  const greet = (): void => {
    const isOld = clock.now() - state.latest.at >= intervalMs();
    if (state.isRunning && state.sampling === null && isOld) arm(0);
  };

  return {
    feed: {
      revision: () => topic.revision(),
      snapshot: () => topic.snapshot(),
      listen: (listener) => {
        let cancel: Cancel | null = topic.listen(listener);
        state.watchers += 1;
        if (state.watchers === 1) greet();
        return () => {
          if (cancel === null) return;
          cancel();
          cancel = null;
          state.watchers -= 1;
        };
      },
    },
    start: () => {
      if (state.isRunning) return;
      state.isRunning = true;
      arm(0);
    },
    sample,
    stop: async () => {
      state.isRunning = false;
      arm(0);
      // A sample that fails now is nobody's any more.
      await Promise.allSettled([state.sampling]);
    },
  };
};
