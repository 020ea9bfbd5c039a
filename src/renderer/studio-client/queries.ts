import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import type { z } from 'zod';
import type { CallOutput } from '#contract/calls/index.ts';
import type { BatchView } from '#contract/models/batch.ts';
import type { Gpu, GpuReading, InstanceReading } from '#contract/models/gpu.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { JobView } from '#contract/models/job.ts';
import { jobPageKey, type jobPageSchema, type QueueView } from '#contract/models/queue.ts';
import type { TopicState } from '#contract/topics.ts';
import { useServices } from '../state/app-context.tsx';
import { topicKey } from './topic-cache.ts';
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

/** A job that an instance works on now; those are all in the window of jobs, so no watch of its own is needed. */
export const useActiveJob = (jobId: string | undefined): JobView | null =>
  useTopic('jobs', { select: ({ jobs }) => jobs.find(({ id }) => id === jobId) ?? null }).data ?? null;

/** One job, also when it left the window of jobs; null when it was forgotten, undefined while nothing is known. */
export const useJob = (jobId: string): UseQueryResult<JobView | null> => useTopic('job', { key: jobId, select: whole });

/** Those of the jobs whose state is known; somebody else must watch them. */
export const useKnownJobs = (jobIds: readonly string[]): readonly JobView[] => {
  const { topics } = useServices();
  return useQueries({
    queries: jobIds.map((jobId) => ({
      queryKey: topicKey('job', jobId),
      queryFn: () => topics.first('job', jobId),
      enabled: false,
    })),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
};

export const useQueue = (): UseQueryResult<QueueView> => useTopic('queue', { select: whole });

const noBatches: readonly BatchView[] = [];
/** Batches that are not done and the latest done ones, newest first. */
export const useBatches = (): readonly BatchView[] =>
  useTopic('batches', {
    select: ({ batches }) => batches.toSorted((a, b) => b.submittedAt - a.submittedAt),
  }).data ?? noBatches;

/** One batch while it is among those; renders again only when this batch changed. */
export const useLiveBatch = (batchId: string): BatchView | null =>
  useTopic('batches', { select: ({ batches }) => batches.find(({ id }) => id === batchId) ?? null }).data ?? null;

/** One page of a list of jobs; watched while the component is there. */
export const useJobPage = (page: z.input<typeof jobPageSchema>): UseQueryResult<TopicState<'jobPage'>> =>
  useTopic('jobPage', { key: jobPageKey(page), select: whole });

/** How many jobs a list has, told by one of its pages; the last known number while the next page is on its way. */
export const useJobTotal = (page: z.input<typeof jobPageSchema>): UseQueryResult<number> =>
  useTopic('jobPage', { key: jobPageKey(page), select: ({ total }) => total, keepPrevious: true });

export const useStudio = (): CallOutput<'studio.describe'> | undefined =>
  useAnswer('studio.describe', {}, { staleTimeMs: fiveMinutesMs }).data;
