import type { Telemetry } from '#contract/models/gpu.ts';
import {
  type GpuMetric,
  gpuMetrics,
  type InstanceMetric,
  instanceMetrics,
  type MetricSeries,
  type SeriesRange,
  type TelemetrySeries,
} from '#contract/models/telemetry-series.ts';
import { createTimeRing, type Slot, type TimeRing } from './time-ring.ts';

export const seriesSteps = { hour: 5000, day: 60_000 } as const;
const slots = { hour: 720, day: 1440 } as const;
/** 256 instances and a margin for those that come and go; each costs about 120 kB once it ran. */
const subjectsMax = 320;
/** Samples that fail to come in a row before it counts as a time without measurements. */
const gapSteps = 3;

interface Subject {
  readonly hour: TimeRing;
  readonly day: TimeRing;
  lastAt: number;
}

/** A minute of one subject, as it is kept on the disk. */
export interface StoredMinute {
  readonly minute: number;
  readonly subjects: Readonly<Record<string, Slot['stats']>>;
}

/** The measurements of the last hour in steps of five seconds, and of the last day in minutes, of every instance and GPU. */
export interface SeriesBook {
  record(sample: Telemetry): void;
  read(
    instanceId: string,
    options: { gpuIndexes: readonly number[]; range: SeriesRange; now: number },
  ): TelemetrySeries;
  forget(instanceId: string): void;
  /** Whether the last sample is long enough ago for the next step. */
  isDue(now: number): boolean;
  restore(stored: StoredMinute): void;
  /** The minute that was being filled, for the end of the studio; null where there is nothing in it. */
  openMinute(): StoredMinute | null;
  /** For tests of the bound. */
  subjectCount(): number;
}

export const instanceSubject = (instanceId: string): string => `i:${instanceId}`;
const gpuSubject = (index: number): string => `g:${index}`;

const createSubject = (measures: number): Subject => ({
  hour: createTimeRing({ stepMs: seriesSteps.hour, slots: slots.hour, measures, spread: false }),
  day: createTimeRing({ stepMs: seriesSteps.day, slots: slots.day, measures, spread: true }),
  lastAt: 0,
});

const measuresOf = (key: string): number => (key.startsWith('g:') ? gpuMetrics : instanceMetrics).length;

const isMeasured = (readings: readonly (number | null)[]): boolean => readings.some((reading) => reading !== null);

const readingsOf = <Name extends InstanceMetric | GpuMetric>(
  reading: Readonly<Record<Name, number | null>>,
  names: readonly Name[],
): readonly (number | null)[] => names.map((name) => reading[name]);

const column = (
  steps: readonly number[],
  find: (step: number) => { average: number; minimum: number; maximum: number } | null,
  spread: boolean,
): MetricSeries => {
  const found = steps.map(find);
  const average = found.map((stats) => stats?.average ?? null);
  if (!spread) return { average };
  return {
    average,
    minimum: found.map((stats) => stats?.minimum ?? null),
    maximum: found.map((stats) => stats?.maximum ?? null),
  };
};

type ColumnOf = (measure: number) => MetricSeries;

const instanceColumns = (columnOf: ColumnOf): Record<InstanceMetric, MetricSeries> => ({
  vramUsedBytes: columnOf(instanceMetrics.indexOf('vramUsedBytes')),
  memoryBytes: columnOf(instanceMetrics.indexOf('memoryBytes')),
  cpuPercent: columnOf(instanceMetrics.indexOf('cpuPercent')),
  queueRemaining: columnOf(instanceMetrics.indexOf('queueRemaining')),
  responseTimeMs: columnOf(instanceMetrics.indexOf('responseTimeMs')),
});

const gpuColumns = (columnOf: ColumnOf): Record<GpuMetric, MetricSeries> => ({
  memoryUsedBytes: columnOf(gpuMetrics.indexOf('memoryUsedBytes')),
  loadPercent: columnOf(gpuMetrics.indexOf('loadPercent')),
  temperatureCelsius: columnOf(gpuMetrics.indexOf('temperatureCelsius')),
  powerWatts: columnOf(gpuMetrics.indexOf('powerWatts')),
});

export const createSeriesBook = (options: {
  /** How often samples come while somebody looks. */
  readonly intervalMs: () => number;
  /** A minute is over. */
  readonly onMinute?: (stored: StoredMinute) => void;
}): SeriesBook => {
  const subjects = new Map<string, Subject>();
  let lastSampleAt = Number.NEGATIVE_INFINITY;
  let filling: number | null = null;

  const makeRoom = (): void => {
    if (subjects.size < subjectsMax) return;
    const oldest = [...subjects].reduce((first, one) => (one[1].lastAt < first[1].lastAt ? one : first));
    subjects.delete(oldest[0]);
  };

  const subjectOf = (key: string): Subject => {
    const known = subjects.get(key);
    if (known !== undefined) return known;
    makeRoom();
    const made = createSubject(measuresOf(key));
    subjects.set(key, made);
    return made;
  };

  const add = (key: string, at: number, readings: readonly (number | null)[]): void => {
    if (!isMeasured(readings)) return;
    const subject = subjectOf(key);
    subject.lastAt = at;
    subject.hour.add(at, readings);
    subject.day.add(at, readings);
  };

  const minuteOf = (minute: number): StoredMinute | null => {
    const found = [...subjects].flatMap(([key, { day }]) => {
      const slot = day.slot(minute);
      return slot === null ? [] : [[key, slot.stats] as const];
    });
    return found.length === 0 ? null : { minute, subjects: Object.fromEntries(found) };
  };

  const turnMinute = (at: number): void => {
    const minute = Math.floor(at / seriesSteps.day);
    if (filling !== null && minute !== filling) {
      const done = minuteOf(filling);
      if (done !== null) options.onMinute?.(done);
    }
    filling = minute;
  };

  return {
    record: (sample) => {
      const { at } = sample;
      if (!Number.isFinite(at) || at <= 0) return;
      turnMinute(at);
      lastSampleAt = at;
      for (const [instanceId, reading] of Object.entries(sample.instances)) {
        add(instanceSubject(instanceId), at, readingsOf(reading, instanceMetrics));
      }
      for (const gpu of sample.gpus) add(gpuSubject(gpu.index), at, readingsOf(gpu, gpuMetrics));
    },
    read: (instanceId, { gpuIndexes, range, now }) => {
      const slotsOf = (key: string): readonly Slot[] => subjects.get(key)?.[range].read(now) ?? [];
      const own = slotsOf(instanceSubject(instanceId));
      const cards = gpuIndexes.map((index) => ({ index, slots: slotsOf(gpuSubject(index)) }));
      const stepMs = seriesSteps[range];
      const steps = [...new Set([own, ...cards.map((card) => card.slots)].flat().map(({ step }) => step))].toSorted(
        (first, second) => first - second,
      );
      const columns = (from: readonly Slot[]): ColumnOf => {
        const byStep = new Map(from.map((slot) => [slot.step, slot.stats]));
        return (measure) => column(steps, (step) => byStep.get(step)?.[measure] ?? null, range === 'day');
      };
      return {
        range,
        stepMs,
        gapMs: Math.max(stepMs, options.intervalMs()) * gapSteps,
        at: steps.map((step) => step * stepMs),
        instance: instanceColumns(columns(own)),
        gpus: cards.map((card) => ({ index: card.index, ...gpuColumns(columns(card.slots)) })),
      };
    },
    forget: (instanceId) => void subjects.delete(instanceSubject(instanceId)),
    // A clock that was set back must not end the measurements until it has caught up.
    isDue: (now) => Math.abs(now - lastSampleAt) >= seriesSteps.hour,
    restore: ({ minute, subjects: stored }) => {
      for (const [key, stats] of Object.entries(stored)) {
        const subject = subjectOf(key);
        subject.lastAt = Math.max(subject.lastAt, minute * seriesSteps.day);
        subject.day.restore({ step: minute, stats });
      }
    },
    openMinute: () => (filling === null ? null : minuteOf(filling)),
    subjectCount: () => subjects.size,
  };
};
