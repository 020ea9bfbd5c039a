import type { JobEvent, JobPreview, JobSubmission, JobView } from '#contract/models/job.ts';
import type { Preflight } from '#contract/models/library.ts';
import type { JobEstimate, Placement } from '#contract/models/placement.ts';
import type { QueueView } from '#contract/models/queue.ts';
import type { Prompt, WorkflowInspection } from '#contract/models/workflow.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import type { Cancel } from '#core/ports/clock.ts';
import type { FileAnswer, SocketFrame } from '#core/ports/comfy-client.ts';
import type { ChangeJobs } from './change-jobs.ts';
import type { ForeseenJob } from './foresee.ts';
import type { ForgetJobs } from './forget-jobs.ts';
import type { JobHistory } from './job-history.ts';
import type { JobRecord } from './job-record.ts';
import type { LaneJobs } from './lanes/lane-jobs.ts';
import type { LiveJobs, SubmitMany } from './live-jobs.ts';
import type { NodeCatalogs } from './node-catalogs.ts';
import type { JobChoice } from './retry-jobs.ts';
import type { SubmitOptions } from './submit-job.ts';

/** Frames of an instance's websocket that are about a job, in their order. */
export interface JobFrame {
  readonly jobId: string;
  readonly frame: SocketFrame;
}

/** The jobs of the studio: their queue, their runs, and what is known about them. */
export interface Jobs extends ChangeJobs, ForgetJobs, JobHistory {
  /** Takes over what an earlier studio left, and begins to give out jobs. The fleet must have adopted its instances by then. */
  open(): void;
  /** WORKFLOW_ codes, INPUT_TOO_LARGE; knows the output nodes of the instances that run. */
  inspect(text: string, fileName: string): WorkflowInspection;
  /** What the instances can run. */
  readonly catalogs: Pick<NodeCatalogs, 'entries' | 'onChange' | 'isOutput' | 'refresh' | 'refreshWhenIdle'>;
  /** Resolves when it is known what the running instances can run, as far as they tell, or after the limit. */
  nodesKnown(limitMs: number): Promise<void>;
  /**
   * Queues a job, which is on disk when this resolves; or fails with the codes of `jobs.submit`, INPUT_INVALID for an id that is taken
   * or an upload that is not there, and nothing is kept.
   */
  submit(submission: JobSubmission, options?: SubmitOptions): Promise<JobView>;
  readonly submitMany: SubmitMany;
  /** Uses up a queue number for a submission that made no job. */
  skipNumber(): void;
  /** As of now. JOB_NOT_FOUND. */
  get(jobId: string): JobView;
  prompt(jobId: string): Prompt;
  events(jobId: string): readonly JobEvent[];
  /** Why this instance, or why still waiting. JOB_NOT_FOUND. */
  explain(jobId: string): { readonly placement: Placement; readonly estimate: JobEstimate | null };
  /** What would happen with a graph if it were queued now. */
  foresee(job: ForeseenJob): Preflight;
  /** Answers as soon as the job has stopped, or after two seconds while it does. JOB_NOT_FOUND, JOB_FINISHED. */
  cancel(jobId: string): Promise<JobView>;
  /** Answers how many were cancelled or asked to stop; what has ended already is left out. BATCH_NOT_FOUND. */
  cancelMany(choice: JobChoice | { readonly waiting: true }): Promise<number>;
  /** Answers how many were queued again. */
  retry(choice: JobChoice): Promise<number>;
  /** The bytes of one result as its instance has them, or as it left them. */
  openOutput(
    jobId: string,
    index: number,
    options?: { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal },
  ): Promise<FileAnswer>;
  /** Resolves when an instance took or refused the job, when it has to wait, when it ended, or after the limit. */
  answered(jobId: string, limitMs: number): Promise<JobRecord>;
  /** All unfinished jobs and the newest that ended, in the order of submission. */
  records(): readonly JobRecord[];
  /** Any job that is not forgotten. */
  record(jobId: string): JobRecord | undefined;
  /** Jobs that wait or run: cheap, unlike counting records. */
  remaining(): number;
  onFrame(listener: (frame: JobFrame) => void): Cancel;
  /** Told after every change of a job; of many that are added at once, the last is told. */
  onChange(listener: (record: JobRecord) => void): Cancel;
  readonly live: LiveJobs;
  /** What the lanes are drawn from. */
  readonly lanes: LaneJobs;
  queue(): QueueView;
  /** Fails with the store's error; the mode stays then. */
  setQueueMode(mode: QueueView['mode']): Promise<QueueView>;
  /** Told when the mode or the problem of the queue changes; jobs are told by `live`. */
  onQueueChange(listener: () => void): Cancel;
  /** JOB_NOT_FOUND for a job that is not in memory. */
  previewFeed(jobId: string): TopicFeed<JobPreview | null, JobPreview | null>;
  /** Lets go of all instances, where everything goes on as it is, and writes what is left. */
  stop(): Promise<void>;
}
