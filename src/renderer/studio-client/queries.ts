import type { UseQueryResult } from '@tanstack/react-query';
import type { CallOutput } from '#contract/calls/index.ts';
import type { Gpu, GpuReading, InstanceReading } from '#contract/models/gpu.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { JobView } from '#contract/models/job.ts';
import type { TopicState } from '#contract/topics.ts';
import { useAnswer } from './use-call.ts';
import { useTopic } from './use-topic.ts';

const whole = <State>(state: State): State => state;
const fiveMinutesMs = 300_000;

export const useInstances = (): UseQueryResult<TopicState<'instances'>> => useTopic('instances', { select: whole });

/** One instance; null when it is gone. Renders again only when this instance changed. */
export const useInstance = (instanceId: string): InstanceView | null =>
  useTopic('instances', {
    select: ({ instances }) => instances.find(({ configuration }) => configuration.id === instanceId) ?? null,
  }).data ?? null;

export const useActiveInstanceId = (): string | null =>
  useTopic('instances', { select: ({ activeInstanceId }) => activeInstanceId }).data ?? null;

/** The latest numbers of one instance; null before the first sample. */
export const useInstanceReading = (instanceId: string): InstanceReading | null =>
  useTopic('telemetry', { select: ({ instances }) => instances[instanceId] ?? null }).data ?? null;

/** The latest numbers of one GPU; null when it is not known. */
export const useGpuReading = (index: number | null): GpuReading | null =>
  useTopic('telemetry', { select: ({ gpus }) => gpus.find((gpu) => gpu.index === index) ?? null }).data ?? null;

export const useGpus = (): readonly Gpu[] =>
  useAnswer('gpus.list', {}, { staleTimeMs: fiveMinutesMs }).data?.gpus ?? [];

export const useJobs = (): UseQueryResult<TopicState<'jobs'>> => useTopic('jobs', { select: whole });

export const useJob = (jobId: string | undefined): JobView | null =>
  useTopic('jobs', { select: ({ jobs }) => jobs.find(({ id }) => id === jobId) ?? null }).data ?? null;

export const useStudio = (): CallOutput<'studio.describe'> | undefined =>
  useAnswer('studio.describe', {}, { staleTimeMs: fiveMinutesMs }).data;
