import { StudioError } from '#contract/errors.ts';
import type { TopicSources } from '#contract/handlers.ts';
import type { BatchView } from '#contract/models/batch.ts';
import type { JobState, JobView } from '#contract/models/job.ts';
import type { JobCounts, JobFilter, JobPage, QueueView } from '#contract/models/queue.ts';
import { readJobPageKey } from '#contract/models/queue.ts';
import { createTopicFeed } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import { liveTopic } from './live-topic.ts';

/** What the canned queue starts with. */
export interface BookContents {
  readonly jobs: readonly JobView[];
  readonly batches: readonly BatchView[];
  readonly queue: Partial<QueueView>;
}

/** The jobs of a canned studio, and every topic that tells of them, from one list. */
export interface JobBook {
  /** All jobs, oldest submission first. */
  state(): { readonly jobs: readonly JobView[] };
  find(jobId: string): JobView;
  /** Waiting ones as they will run, others newest first. */
  select(filter: JobFilter): readonly JobView[];
  publish(event: TopicEvent<'jobs'>): void;
  /** Several changes that arrive as one. */
  publishAll(events: readonly TopicEvent<'jobs'>[]): void;
  publishBatch(event: TopicEvent<'batches'>): void;
  batches(): readonly BatchView[];
  queue(): QueueView;
  changeQueue(changes: Partial<QueueView>): void;
  readonly sources: Pick<TopicSources, 'jobs' | 'jobPage' | 'job' | 'queue' | 'batches'>;
}

const windowSize = 50;
const active: readonly JobState[] = ['assigned', 'running'];

export const countJobs = (jobs: readonly JobView[]): JobCounts => {
  const counts = { queued: 0, assigned: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, parked: 0 };
  for (const { state } of jobs) counts[state] += 1;
  return counts;
};

const latestMoment = (job: JobView): number => job.finishedAt ?? job.startedAt ?? job.submittedAt;

const inOrder = (a: JobView, b: JobView): number => {
  if (a.state === 'queued' && b.state === 'queued') {
    return b.priority - a.priority || a.rank - b.rank || a.submittedAt - b.submittedAt;
  }
  if (a.state === 'queued' || b.state === 'queued') return a.state === 'queued' ? -1 : 1;
  return latestMoment(b) - latestMoment(a);
};

const matches = (job: JobView, { states, batchId, instanceId, text }: JobFilter): boolean =>
  (states === undefined || states.includes(job.state)) &&
  (batchId === undefined || job.batchId === batchId) &&
  (instanceId === undefined || job.instanceId === instanceId) &&
  (text === undefined || job.title.toLowerCase().includes(text.toLowerCase()) || job.id.startsWith(text));

const recount = (batch: BatchView, jobs: readonly JobView[]): BatchView => {
  const counts = countJobs(jobs);
  const ended = counts.succeeded + counts.failed + counts.cancelled + counts.parked;
  return { ...batch, counts, fraction: ended / batch.total };
};

export const createJobBook = (contents: BookContents): JobBook => {
  const jobs = new Map(contents.jobs.map((job) => [job.id, job]));
  const select = (filter: JobFilter): JobView[] =>
    [...jobs.values()].filter((job) => matches(job, filter)).sort(inOrder);
  const windowOf = (): JobView[] => [
    ...select({ states: [...active] }),
    ...select({ states: ['queued'] }).slice(0, windowSize),
    ...select({ states: ['succeeded', 'failed', 'cancelled', 'parked'] }).slice(0, windowSize),
  ];
  const countQueue = (): JobCounts => countJobs([...jobs.values()]);

  const windowTopic = liveTopic('jobs', { jobs: windowOf() });
  const queue = liveTopic('queue', {
    mode: 'running',
    counts: countQueue(),
    estimate: null,
    problem: null,
    ...contents.queue,
  });
  const batches = liveTopic('batches', { batches: [...contents.batches] });
  const singles = new Map<string, ReturnType<typeof liveTopic<'job'>>>();
  const pages = new Map<string, { tell: () => void; source: ReturnType<TopicSources['jobPage']> }>();

  const pageState = ({ offset, limit, ...filter }: JobPage): TopicState<'jobPage'> => {
    const all = select(filter);
    return { total: all.length, jobs: all.slice(offset, offset + limit) };
  };
  const openPage = (key: string) => {
    const page = readJobPageKey(key);
    if (page === null) throw new StudioError('INPUT_INVALID');
    let state = pageState(page);
    const feed = createTopicFeed<TopicState<'jobPage'>, TopicEvent<'jobPage'>>(() => state);
    const tell = (): void => {
      const before = new Map(state.jobs.map((job) => [job.id, job]));
      state = pageState(page);
      const changed = state.jobs.filter((job) => before.get(job.id) !== job);
      feed.publish({ total: state.total, jobIds: state.jobs.map(({ id }) => id), changed });
    };
    const made = { tell, source: feed };
    pages.set(key, made);
    return made;
  };
  const openJob = (jobId: string) => {
    const made = singles.get(jobId) ?? liveTopic('job', jobs.get(jobId) ?? null);
    singles.set(jobId, made);
    return made;
  };

  const tellBatches = (batchIds: ReadonlySet<string>): void => {
    for (const batch of batches.state().batches.filter(({ id }) => batchIds.has(id))) {
      const own = select({ batchId: batch.id });
      // A canned batch without all of its jobs keeps the counts that it was given.
      if (own.length === batch.total) batches.publish({ type: 'changed', batch: recount(batch, own) });
    }
  };
  const tell = (events: readonly TopicEvent<'jobs'>[]): void => {
    const shown = new Set(windowOf().map(({ id }) => id));
    for (const event of events) {
      const id = event.type === 'changed' ? event.job.id : event.jobId;
      if (event.type === 'changed' && shown.has(id)) windowTopic.publish(event);
      singles.get(id)?.publish(jobs.get(id) ?? null);
    }
    for (const { id } of windowTopic.state().jobs) {
      if (!shown.has(id)) windowTopic.publish({ type: 'removed', jobId: id });
    }
    queue.publish({ ...queue.state(), counts: countQueue() });
    tellBatches(new Set(events.flatMap((event) => (event.type === 'changed' ? (event.job.batchId ?? []) : []))));
    for (const page of pages.values()) page.tell();
  };
  const publishAll = (events: readonly TopicEvent<'jobs'>[]): void => {
    for (const event of events) {
      if (event.type === 'changed') jobs.set(event.job.id, event.job);
      else jobs.delete(event.jobId);
    }
    tell(events);
  };
  const needKey = (key: string | undefined): string => {
    if (key === undefined) throw new StudioError('INPUT_INVALID');
    return key;
  };

  return {
    state: () => ({ jobs: [...jobs.values()] }),
    find: (jobId) => {
      const job = jobs.get(jobId);
      if (job === undefined) throw new StudioError('JOB_NOT_FOUND');
      return job;
    },
    select,
    publish: (event) => publishAll([event]),
    publishAll,
    publishBatch: batches.publish,
    batches: () => batches.state().batches,
    queue: queue.state,
    changeQueue: (changes) => queue.publish({ ...queue.state(), ...changes }),
    sources: {
      jobs: () => windowTopic.feed,
      queue: () => queue.feed,
      batches: () => batches.feed,
      job: (key) => openJob(needKey(key)).feed,
      jobPage: (key) => (pages.get(needKey(key)) ?? openPage(needKey(key))).source,
    },
  };
};
