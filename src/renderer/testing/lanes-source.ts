import { StudioError } from '#contract/errors.ts';
import type { TopicSources } from '#contract/handlers.ts';
import type { JobView } from '#contract/models/job.ts';
import { type LaneBlock, type Lanes, type LanesEvent, laneLimits, readLanesKey } from '#contract/models/lanes.ts';
import { createTopicFeed } from '#contract/topic-feed.ts';
import type { TopicState } from '#contract/topics.ts';
import { fixtureNow, minutes, seconds } from './instance-fixtures.ts';
import type { JobBook } from './job-book.ts';

const runMs = seconds(34);
const loadMs = seconds(11);

const blockOf = (
  job: JobView,
  instanceId: string,
  times: Pick<LaneBlock, 'startAt' | 'endAt' | 'loadUntil'>,
): LaneBlock => ({
  jobId: job.id,
  instanceId,
  title: job.title,
  state: job.state,
  batchId: job.batchId,
  fraction: job.state === 'running' ? (job.progress?.fraction ?? 0) : null,
  ...times,
});

/** Every third job loads something. */
const loads = (index: number): boolean => index % 3 === 0;

const lanesOf = (book: JobBook, running: readonly string[], backMinutes: number): Lanes => {
  const from = fixtureNow - minutes(backMinutes);
  const freeAt = new Map(running.map((instanceId) => [instanceId, fixtureNow]));
  const past = book.select({ states: ['succeeded', 'failed', 'cancelled'] }).flatMap((job, index) =>
    job.instanceId === null || job.startedAt === null || job.finishedAt === null || job.finishedAt < from
      ? []
      : blockOf(job, job.instanceId, {
          startAt: job.startedAt,
          endAt: job.finishedAt,
          loadUntil: loads(index) ? job.startedAt + (job.finishedAt - job.startedAt) / 4 : null,
        }),
  );
  const active = book.select({ states: ['assigned', 'running'] }).flatMap((job) => {
    if (job.instanceId === null) return [];
    const startAt = job.startedAt ?? fixtureNow;
    const endAt = job.estimate?.finishAt ?? fixtureNow + runMs;
    freeAt.set(job.instanceId, endAt);
    return blockOf(job, job.instanceId, { startAt, endAt, loadUntil: null });
  });
  const waiting = book.select({ states: ['queued'] });
  const planned = book.queue().mode === 'paused' ? [] : waiting.slice(0, laneLimits.waiting);
  const future = planned.flatMap((job, index) => {
    const [first] = [...freeAt].toSorted(([, one], [, other]) => one - other);
    const lane = job.requestedInstanceId ?? first?.[0];
    if (lane === undefined) return [];
    const startAt = freeAt.get(lane) ?? fixtureNow;
    const loadUntil = loads(index) ? startAt + loadMs : null;
    const endAt = (loadUntil ?? startAt) + runMs;
    freeAt.set(lane, endAt);
    return blockOf(job, lane, { startAt, endAt, loadUntil });
  });
  return {
    blocks: [...past, ...active, ...future],
    waiting: future.map(({ jobId }) => jobId),
    endedSince: null,
    unplaced: Math.min(waiting.length, laneLimits.waiting) - future.length,
    beyond: Math.max(0, waiting.length - laneLimits.waiting),
  };
};

/** The canned lanes: what waits goes in its order to the instance that is free first. */
export const lanesSource = (book: JobBook, instances: () => TopicState<'instances'>): TopicSources['lanes'] => {
  const feeds = new Map<string, ReturnType<typeof createTopicFeed<Lanes, LanesEvent>>>();
  return (key = '') => {
    const backMinutes = readLanesKey(key);
    if (backMinutes === null) throw new StudioError('INPUT_INVALID');
    const known = feeds.get(key);
    if (known !== undefined) return known;
    const read = (): Lanes => {
      const running = instances().instances.filter(({ status }) => status === 'running');
      return lanesOf(
        book,
        running.map(({ configuration }) => configuration.id),
        backMinutes,
      );
    };
    let state = read();
    const feed = createTopicFeed<Lanes, LanesEvent>(() => state);
    feeds.set(key, feed);
    book.sources.queue(undefined).listen(() => {
      const { blocks, waiting, ...counts } = read();
      const gone = state.blocks.filter(({ jobId }) => !blocks.some((block) => block.jobId === jobId));
      state = { blocks, waiting, ...counts };
      feed.publish({ changed: blocks, removed: gone.map(({ jobId }) => jobId), waiting, ...counts });
    });
    return feed;
  };
};
