import { StudioError } from '#contract/errors.ts';
import type { JobPreview, JobState, JobSubmission, JobView } from '#contract/models/job.ts';
import type { Settings } from '#contract/models/settings.ts';
import type { Prompt, WorkflowInspection } from '#contract/models/workflow.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { Cancel, Clock, MakeId } from '#core/ports/clock.ts';
import type { ComfyClient, FileAnswer, SocketFrame } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { OutputFolderReader } from '#core/ports/output-folder-reader.ts';
import type { Balancer } from '#core/scheduling/balancer.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { inspectWorkflow } from '#core/workflows/inspect-workflow.ts';
import type { FleetView } from './fleet-view.ts';
import { createHandOut } from './hand-out.ts';
import { createJobBook, isFinished, type JobRecord, type Retention } from './job-book.ts';
import { openJobOutput } from './job-output-file.ts';
import { createJobQueue } from './job-queue.ts';
import { createNodeCatalogs } from './node-catalogs.ts';
import { defaultRunLimits, type RunLimits } from './run-policy.ts';
import { createSubmission, type SubmitOptions } from './submit-job.ts';

export interface JobsDependencies {
  readonly fleet: FleetView;
  readonly client: ComfyClient;
  readonly reader: ComfyReader;
  readonly inputs: InputStore;
  readonly outputFolders: OutputFolderReader;
  readonly balancer: Balancer;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly settings: () => Pick<Settings, 'balancingStrategy' | 'maxQueuedJobs'>;
  readonly encodeBase64: (bytes: Uint8Array) => string;
  readonly logger: Logger;
  /** Replaces some of the limits of a run. */
  readonly limits?: Partial<Omit<RunLimits, 'timeoutMs'>>;
}

/** Frames of an instance's websocket that are about a job, in their order. */
export interface JobFrame {
  readonly jobId: string;
  readonly frame: SocketFrame;
}

export interface Jobs {
  /** WORKFLOW_ codes, INPUT_TOO_LARGE; knows the output nodes of the instances that run. */
  inspect(text: string, fileName: string): WorkflowInspection;
  /** Resolves when it is known what the running instances can run, as far as they tell, or after the limit. */
  nodesKnown(limitMs: number): Promise<void>;
  /** Queues a job, or fails with the codes of `jobs.submit`, INPUT_INVALID for an id that is taken or an upload that is not there. */
  submit(submission: JobSubmission, options?: SubmitOptions): JobView;
  get(jobId: string): JobView;
  /** Newest first. */
  list(filter: { readonly states?: readonly JobState[] | undefined; readonly limit: number }): readonly JobView[];
  prompt(jobId: string): Prompt;
  /** Answers as soon as the job has stopped, or after two seconds while it does. */
  cancel(jobId: string): Promise<JobView>;
  clearFinished(): number;
  /** The bytes of one result as its instance has them, or as it left them. */
  openOutput(
    jobId: string,
    index: number,
    options?: { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal },
  ): Promise<FileAnswer>;
  /** Resolves when an instance took or refused the job, when it has to wait, when it ended, or after the limit. */
  answered(jobId: string, limitMs: number): Promise<JobRecord>;
  /** Everything that is known, in the order of submission. */
  records(): readonly JobRecord[];
  record(jobId: string): JobRecord | undefined;
  onFrame(listener: (frame: JobFrame) => void): Cancel;
  onChange(listener: (record: JobRecord) => void): Cancel;
  readonly feed: TopicFeed<TopicState<'jobs'>, TopicEvent<'jobs'>>;
  /** JOB_NOT_FOUND for an unknown job. */
  previewFeed(jobId: string): TopicFeed<JobPreview | null, JobPreview | null>;
  /** Lets go of all instances; what runs there is left to them. */
  stop(): Promise<void>;
}

const keepFinished: Retention = { jobs: 200, characters: 64 * 1024 ** 2 };
const cancelAnswerMs = 2000;

/** The jobs of the studio: their queue, their runs, and what is known about them. */
export const createJobs = (dependencies: JobsDependencies): Jobs => {
  const { fleet, clock, logger, reader } = dependencies;
  const book = createJobBook(clock, keepFinished);
  const queue = createJobQueue();
  const frames = createEmitter<JobFrame>();
  const waiters = new Set<() => void>();
  const catalogs = createNodeCatalogs({ fleet, reader, clock, logger }, () => handOut.learned());
  const submission = createSubmission({ ...dependencies, book, queue, catalogs });
  const handOut = createHandOut({
    ...dependencies,
    book,
    queue,
    catalogs,
    limits: { ...defaultRunLimits, ...dependencies.limits },
    release: (jobId) => submission.release(jobId),
    onFrame: (jobId, frame) => frames.emit({ jobId, frame }),
  });

  const required = (jobId: string): JobRecord => {
    const record = book.get(jobId);
    if (record === undefined) throw new StudioError('JOB_NOT_FOUND', undefined, { details: { jobId } });
    return record;
  };

  /** Resolves with the record once it fits, or as it is after the limit. */
  const until = (jobId: string, fits: (record: JobRecord) => boolean, limitMs: number): Promise<JobRecord> => {
    const first = required(jobId);
    if (fits(first)) return Promise.resolve(first);
    return new Promise((resolve) => {
      const done = (): void => {
        waiters.delete(done);
        unsubscribe();
        cancelTimer();
        resolve(book.get(jobId) ?? first);
      };
      const cancelTimer = clock.schedule(limitMs, done);
      const unsubscribe = book.onChange((record) => {
        if (record.order.jobId === jobId && fits(record)) done();
      });
      waiters.add(done);
    });
  };

  return {
    inspect: (text, fileName) => inspectWorkflow(text, fileName, catalogs.isOutput),
    nodesKnown: (limitMs) => catalogs.settled(limitMs),
    submit: (input, options) => {
      const jobId = submission.submit(input, options ?? {});
      handOut.pump();
      return required(jobId).view;
    },
    get: (jobId) => required(jobId).view,
    list: ({ states, limit }) =>
      book
        .all()
        .map(({ view }) => view)
        .filter(({ state }) => states === undefined || states.includes(state))
        .toReversed()
        .slice(0, limit),
    prompt: (jobId) => required(jobId).order.prompt,
    cancel: async (jobId) => {
      if (isFinished(required(jobId).view)) throw new StudioError('JOB_FINISHED', undefined, { details: { jobId } });
      handOut.cancel(jobId);
      return (await until(jobId, ({ view }) => isFinished(view), cancelAnswerMs)).view;
    },
    clearFinished: () => book.removeFinished(),
    openOutput: (jobId, index, options = {}) => openJobOutput(dependencies, required(jobId), index, options),
    answered: (jobId, limitMs) =>
      until(
        jobId,
        ({ view, acceptedWith }) => acceptedWith !== null || view.state === 'queued' || isFinished(view),
        limitMs,
      ),
    records: () => book.all(),
    record: (jobId) => book.get(jobId),
    onFrame: (listener) => frames.on(listener),
    onChange: (listener) => book.onChange(listener),
    feed: book.feed,
    previewFeed: (jobId) => {
      const feed = book.previewFeed(jobId);
      if (feed === undefined) throw new StudioError('JOB_NOT_FOUND', undefined, { details: { jobId } });
      return feed;
    },
    stop: async () => {
      catalogs.stop();
      await handOut.stop();
      book.stop();
      submission.stop();
      for (const done of waiters) done();
    },
  };
};
