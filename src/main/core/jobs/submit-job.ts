import { StudioError } from '#contract/errors.ts';
import type { JobSubmission } from '#contract/models/job.ts';
import type { Settings } from '#contract/models/settings.ts';
import type { Cancel, Clock, MakeId } from '#core/ports/clock.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { requirePrompt } from '#core/workflows/inspect-workflow.ts';
import { outputNodesOf } from '#core/workflows/output-nodes.ts';
import { workflowTitle } from '#core/workflows/workflow-title.ts';
import type { FleetView } from './fleet-view.ts';
import type { JobBook } from './job-book.ts';
import type { JobQueue } from './job-queue.ts';
import type { NodeCatalogs } from './node-catalogs.ts';

/** Characters of all texts in a value. */
const countCharacters = (value: unknown): number => {
  let count = 0;
  const pending = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') count += next.length;
    else if (typeof next === 'object' && next !== null) for (const child of Object.values(next)) pending.push(child);
  }
  return count;
};

/** What only a client of the gateway can ask for. */
export interface SubmitOptions {
  /** Place in the order, as ComfyUI's `number`; lower runs first. */
  readonly number?: number;
  /** Before all that waits. */
  readonly front?: boolean;
  /** Goes into the body of POST /prompt as it is. */
  readonly passThrough?: Readonly<Record<string, unknown>>;
}

export interface SubmissionDependencies {
  readonly fleet: Pick<FleetView, 'candidates'>;
  readonly book: JobBook;
  readonly queue: JobQueue;
  readonly catalogs: NodeCatalogs;
  readonly inputs: InputStore;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly settings: () => Pick<Settings, 'maxQueuedJobs'>;
}

export interface Submission {
  /** Checks a submission and puts it into the book and the queue; answers the id of the job. */
  submit(submission: JobSubmission, options: SubmitOptions): string;
  /** Lets go of the uploads of a job. */
  release(jobId: string): void;
  stop(): void;
}

export const createSubmission = (dependencies: SubmissionDependencies): Submission => {
  const { fleet, book, queue, catalogs, inputs, clock, makeId, settings } = dependencies;
  const holds = new Map<string, readonly Cancel[]>();
  let counter = 0;

  /** Refuses what no instance can run; an instance of which nothing is known yet may be the one that can. */
  const requireKnownNodes = (classTypes: readonly string[], requestedInstanceId: string | null): void => {
    const relevant = fleet
      .candidates()
      .filter(({ instanceId, enabled }) =>
        requestedInstanceId === null ? enabled : instanceId === requestedInstanceId,
      );
    const unknown = relevant.filter(({ instanceId }) => !catalogs.isKnown(instanceId));
    if (relevant.length === unknown.length || unknown.some(({ status }) => status === 'running')) return;
    const missing = relevant
      .filter(({ instanceId }) => catalogs.isKnown(instanceId))
      .map(({ instanceId }) => ({ instanceId, classTypes: catalogs.missing(instanceId, classTypes) }));
    if (missing.some((entry) => entry.classTypes.length === 0)) return;
    throw new StudioError('WORKFLOW_NODE_UNKNOWN', undefined, {
      details: {
        classTypes: missing.toSorted((a, b) => a.classTypes.length - b.classTypes.length)[0]?.classTypes,
        instances: missing,
      },
    });
  };

  const requirePlace = (requestedInstanceId: string | null): void => {
    const known = fleet.candidates().some(({ instanceId }) => instanceId === requestedInstanceId);
    if (requestedInstanceId !== null && !known) {
      throw new StudioError('INSTANCE_NOT_FOUND', undefined, { details: { instanceId: requestedInstanceId } });
    }
    const { maxQueuedJobs } = settings();
    if (queue.waiting().length >= maxQueuedJobs) {
      throw new StudioError('JOB_QUEUE_FULL', undefined, { details: { maxQueuedJobs } });
    }
  };

  const holdInputs = (submission: JobSubmission): readonly Cancel[] => {
    const held: Cancel[] = [];
    try {
      for (const { uploadId } of submission.inputs) held.push(inputs.hold(uploadId));
      return held;
    } catch (error) {
      for (const release of held) release();
      throw error;
    }
  };

  const nextNumber = ({ number, front }: SubmitOptions): number => {
    if (number !== undefined) return number;
    const at = counter;
    counter += 1;
    return front === true ? -at : at;
  };

  return {
    submit: (submission, options) => {
      const jobId = submission.id ?? makeId();
      if (book.get(jobId) !== undefined) {
        throw new StudioError('INPUT_INVALID', 'There is a job with this id.', {
          details: { field: 'id', reason: 'taken' },
        });
      }
      const prompt = requirePrompt(submission.prompt, catalogs.isOutput);
      const classTypes = [...new Set(Object.values(prompt).map((node) => node.class_type))];
      requirePlace(submission.instanceId);
      requireKnownNodes(classTypes, submission.instanceId);
      holds.set(jobId, holdInputs(submission));
      const number = nextNumber(options);
      book.add({
        order: {
          jobId,
          prompt,
          classTypes,
          characters: countCharacters(prompt) + countCharacters(submission.extraData),
          outputNodeIds: outputNodesOf(prompt, catalogs.isOutput),
          inputs: submission.inputs,
          extraData: submission.extraData,
          passThrough: options.passThrough ?? {},
          number,
          upstreamClientId: makeId(),
        },
        entry: null,
        refusal: null,
        acceptedWith: null,
        outputFolders: null,
        view: {
          id: jobId,
          title: submission.title === '' ? workflowTitle(prompt, '') : submission.title,
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
          submittedAt: clock.now(),
          startedAt: null,
          finishedAt: null,
        },
      });
      queue.add({ jobId, number });
      return jobId;
    },
    release: (jobId) => {
      for (const release of holds.get(jobId) ?? []) release();
      holds.delete(jobId);
    },
    stop: () => {
      for (const releases of holds.values()) for (const release of releases) release();
      holds.clear();
    },
  };
};
