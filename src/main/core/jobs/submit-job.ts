import { StudioError } from '#contract/errors.ts';
import type { JobSubmission, JobView } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import type { Clock, MakeId } from '#core/ports/clock.ts';
import type { JobStore, StoreChange, StoredPatch } from '#core/ports/job-store.ts';
import type { SecretSeal } from '#core/ports/secret-seal.ts';
import { requirePrompt } from '#core/workflows/inspect-workflow.ts';
import type { OutputKnowledge } from '#core/workflows/output-nodes.ts';
import { workflowTitle } from '#core/workflows/workflow-title.ts';
import { countCharacters } from './count-characters.ts';
import { type GraphWork, type ReadWork } from './graph-work.ts';
import type { JobBook } from './job-book.ts';
import type { JobChecks } from './job-checks.ts';
import type { JobLedger } from './job-ledger.ts';
import type { JobRecord } from './job-record.ts';
import { heldExtraCharacters, type OrderParts, orderOf, rowOf } from './job-rows.ts';
import type { LoadingCache } from './loading-cache.ts';
import { inputOf, type JobInput } from './place-inputs.ts';
import type { QueueNumbers } from './queue-numbers.ts';
import { splitSecrets } from './secrets.ts';
import type { UploadHolds } from './upload-holds.ts';

/** What only a client of the gateway can ask for. */
export interface SubmitOptions {
  /** Place in the order, as ComfyUI's `number`; lower runs first. */
  readonly number?: number;
  /** Before all that waits. */
  readonly front?: boolean;
  /** Goes into the body of POST /prompt as it is. */
  readonly passThrough?: Readonly<Record<string, unknown>>;
  /** Jobs of one lane run one after the other. */
  readonly lane?: string | null;
  /** The program that asks, as the gateway tells programs apart. */
  readonly caller?: string;
  /** False for a graph that acts outside ComfyUI: it is not run again by itself once it may have begun. */
  readonly repeatable?: boolean;
  /** Files that the graph needs besides the `inputs` of the submission. */
  readonly inputs?: readonly JobInput[];
  /** Instances that would refuse it although they have its classes and models; they get it only where no other is left. */
  readonly excludedInstanceIds?: readonly string[];
}

export interface SubmissionDependencies {
  readonly book: JobBook;
  readonly ledger: JobLedger;
  readonly store: Pick<JobStore, 'read' | 'problem'>;
  readonly checks: JobChecks;
  readonly numbers: QueueNumbers;
  readonly holds: UploadHolds;
  readonly seal: SecretSeal;
  readonly graphs: LoadingCache<Prompt>;
  readonly parts: OrderParts;
  readonly readWork: ReadWork;
  readonly isOutput: OutputKnowledge;
  readonly clock: Clock;
  readonly makeId: MakeId;
  /** Puts jobs that are on disk into the queue. */
  readonly enqueue: (record: JobRecord, work: GraphWork) => void;
}

/** What makes a job besides its submission. */
export interface NewJob {
  readonly jobId: string;
  readonly graphKey: string;
  readonly patches: readonly StoredPatch[];
  readonly number: number;
  readonly rank: number;
  readonly batch: { readonly id: string; readonly index: number } | null;
  readonly passThrough: Readonly<Record<string, unknown>>;
  readonly lane: string | null;
  readonly caller: string | null;
  readonly repeatable: boolean;
  readonly inputs: readonly JobInput[];
  readonly unfitInstanceIds: readonly string[];
  readonly sealed: Readonly<Record<string, string>>;
  readonly upstreamClientId: string;
  readonly submittedAt: number;
  readonly title: string;
}

const newView = (submission: Omit<JobSubmission, 'id' | 'inputs'>, job: NewJob): JobView => ({
  id: job.jobId,
  title: job.title,
  state: 'queued',
  instanceId: null,
  requestedInstanceId: submission.instanceId,
  clientId: submission.clientId,
  placement: null,
  progress: null,
  hasPreview: false,
  outputs: [],
  error: null,
  nodeErrors: [],
  cachedNodes: 0,
  tries: 0,
  deaths: 0,
  reason: null,
  priority: submission.priority,
  rank: job.rank,
  kind: submission.kind,
  timeoutMs: submission.timeoutMs,
  batchId: job.batch?.id ?? null,
  batchIndex: job.batch?.index ?? null,
  estimate: null,
  submittedAt: job.submittedAt,
  assignedAt: null,
  startedAt: null,
  finishedAt: null,
});

/** A job as it is when it was just taken; `heldExtra` of null: its extra data is read from disk when it is needed. */
export const newRecord = (
  submission: Omit<JobSubmission, 'id' | 'inputs'>,
  job: NewJob,
  parts: OrderParts,
  heldExtra: Readonly<Record<string, unknown>> | null,
): JobRecord => {
  const { jobId, graphKey, patches, number, passThrough, lane, upstreamClientId } = job;
  const { inputs, caller, repeatable, unfitInstanceIds, sealed } = job;
  const lasting = { jobId, graphKey, patches, number, passThrough, lane, upstreamClientId, inputs };
  return {
    order: orderOf({ ...lasting, caller, repeatable, unfitInstanceIds, sealed, extraData: heldExtra }, parts),
    view: newView(submission, job),
    entry: null,
    refusal: null,
    acceptedWith: null,
    outputFolders: null,
    intent: null,
    firm: false,
    excludedInstanceIds: job.unfitInstanceIds,
    hidden: false,
    losses: 0,
    undecided: false,
    historyAt: null,
  };
};

/** The changes that take a job into the store. */
export const additionsOf = (
  record: JobRecord,
  graph: Prompt,
  extraData: Readonly<Record<string, unknown>>,
): readonly StoreChange[] => {
  const { jobId } = record.order;
  // Its extra data is on its way to disk, and cannot be read from there yet.
  const row = rowOf(record, extraData);
  const event = { at: record.view.submittedAt, type: 'submitted', instanceId: null, details: {} } as const;
  return [
    { kind: 'add', job: row, graph },
    { kind: 'event', jobId, event },
  ];
};

export interface Submission {
  /** Checks a submission, writes it to disk, and then puts it into the book and the queue; answers the id of the job. */
  submit(submission: JobSubmission, options: SubmitOptions): Promise<string>;
  /** Jobs on their way to disk. */
  readonly pendingCount: number;
}

export const createSubmission = (dependencies: SubmissionDependencies): Submission => {
  const { book, ledger, store, checks, numbers, holds, graphs, parts, readWork, seal, clock, makeId } = dependencies;
  const pending = new Set<string>();

  /** What the store says of an id; one that cannot be read takes no jobs either, and says why. */
  const isStored = (jobId: string): boolean => {
    try {
      return store.read(jobId) !== null;
    } catch (error) {
      throw store.problem() ?? error;
    }
  };

  const requireFreeId = (jobId: string): void => {
    if (book.get(jobId) === undefined && !pending.has(jobId) && !isStored(jobId)) return;
    throw new StudioError('INPUT_INVALID', 'There is a job with this id.', {
      details: { field: 'id', reason: 'taken' },
    });
  };

  const take = async (record: JobRecord, prompt: Prompt, extraData: JobSubmission['extraData']): Promise<void> => {
    const { jobId, inputs } = record.order;
    pending.add(jobId);
    try {
      holds.hold(jobId, inputs);
      await ledger.settle('disk', [...additionsOf(record, prompt, extraData), ...numbers.changes()]);
    } catch (error) {
      holds.release(jobId);
      numbers.withdraw(jobId);
      throw error;
    } finally {
      pending.delete(jobId);
    }
  };

  return {
    submit: async (submission, options) => {
      const jobId = submission.id ?? makeId();
      // A read waits for the writes before it: an id that was just made is not looked for.
      if (submission.id !== undefined) requireFreeId(jobId);
      const prompt = requirePrompt(submission.prompt, dependencies.isOutput);
      const work = readWork(prompt);
      checks.requireInstance(submission.instanceId);
      checks.requireRoom(1);
      checks.requireKnownNodes(work.needs.classTypes, submission.instanceId);
      const { extraData, sealed } = splitSecrets(submission.extraData, seal);
      const isLight = countCharacters(extraData) <= heldExtraCharacters;
      const job: NewJob = {
        jobId,
        graphKey: jobId,
        patches: [],
        ...numbers.next(options, {
          jobId,
          priority: submission.priority,
          kind: submission.kind,
          clientId: submission.clientId,
          caller: options.caller ?? null,
        }),
        batch: null,
        passThrough: options.passThrough ?? {},
        lane: options.lane ?? null,
        caller: options.caller ?? null,
        repeatable: options.repeatable ?? true,
        inputs: [...submission.inputs.map(inputOf), ...(options.inputs ?? [])],
        unfitInstanceIds: options.excludedInstanceIds ?? [],
        sealed,
        upstreamClientId: makeId(),
        submittedAt: clock.now(),
        title: submission.title === '' ? workflowTitle(prompt, '') : submission.title,
      };
      const record = newRecord(submission, job, parts, isLight ? extraData : null);
      await take(record, prompt, extraData);
      graphs.put(jobId, prompt);
      book.add([record]);
      dependencies.enqueue(record, work);
      return jobId;
    },
    get pendingCount() {
      return pending.size;
    },
  };
};
