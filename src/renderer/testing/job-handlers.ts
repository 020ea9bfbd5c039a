import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import { type BatchSubmission, type BatchView, batchMaxJobs } from '#contract/models/batch.ts';
import type { JobEvent, JobState, JobView } from '#contract/models/job.ts';
import type { Placement } from '#contract/models/placement.ts';
import { fixtureNow } from './instance-fixtures.ts';
import { countJobs, type JobBook } from './job-book.ts';
import { batchId, job } from './job-fixtures.ts';

export type JobHandlers = Pick<CallHandlers, Extract<keyof CallHandlers, `${'jobs' | 'queue' | 'batches'}.${string}`>>;

export interface JobAnswers {
  /** What `jobs.explain` answers; a job without an entry answers its stored placement. */
  readonly explanations: Readonly<Record<string, { placement: Placement; estimate: JobView['estimate'] }>>;
  readonly events: Readonly<Record<string, readonly JobEvent[]>>;
}

const endedStates: readonly JobState[] = ['succeeded', 'failed', 'cancelled'];
const retriable: readonly JobState[] = ['failed', 'cancelled', 'parked'];
const unfinished: readonly JobState[] = ['queued', 'assigned', 'running'];

const unplaced: Placement = {
  instanceId: null,
  strategy: 'fastest-finish',
  decidedAt: fixtureNow,
  waiting: 'its-turn',
  waitsFor: null,
  sooner: null,
  scores: [],
  rejected: [],
};

const cancelled = (view: JobView): JobView => ({
  ...view,
  state: 'cancelled',
  reason: { code: 'cancelled-by-user', details: {} },
  finishedAt: fixtureNow,
});
const queuedAgain = (view: JobView): JobView => ({
  ...view,
  state: 'queued',
  reason: { code: 'retried', details: {} },
  instanceId: null,
  error: null,
  nodeErrors: [],
  finishedAt: null,
  startedAt: null,
});

const changeAll = (book: JobBook, jobs: readonly JobView[]): number => {
  book.publishAll(jobs.map((job) => ({ type: 'changed' as const, job })));
  return jobs.length;
};

/** The jobs named, each in one of the states; fails as the studio does otherwise. */
const pick = (
  book: JobBook,
  ids: readonly string[],
  states: readonly JobState[],
  code: 'JOB_NOT_WAITING' | 'JOB_NOT_FINISHED',
): JobView[] =>
  ids.map((id) => {
    const found = book.find(id);
    if (!states.includes(found.state)) throw new StudioError(code);
    return found;
  });

const removeAll = (book: JobBook, jobs: readonly JobView[], deleteFiles: boolean) => {
  book.publishAll(jobs.map(({ id }) => ({ type: 'removed' as const, jobId: id })));
  const filesDeleted = deleteFiles ? jobs.reduce((sum, { outputs }) => sum + outputs.length, 0) : 0;
  return { removed: jobs.length, filesDeleted };
};

const submitBatch = (book: JobBook, submission: BatchSubmission): BatchView => {
  const total = submission.parameters.reduce((product, { values }) => product * values.length, 1);
  if (total > batchMaxJobs) throw new StudioError('BATCH_TOO_LARGE', undefined, { details: { total, batchMaxJobs } });
  for (const { nodeId, inputName } of submission.parameters) {
    if (submission.prompt[nodeId]?.inputs[inputName] === undefined) {
      throw new StudioError('BATCH_PARAMETER_INVALID', undefined, { details: { nodeId, inputName } });
    }
  }
  const id = batchId(book.batches().length + 1);
  const first = 2000 + book.state().jobs.length;
  const jobs = Array.from({ length: total }, (_, index) =>
    job(first + index, {
      title: submission.title,
      requestedInstanceId: submission.instanceId,
      priority: submission.priority,
      kind: submission.kind,
      batchId: id,
      batchIndex: index,
      rank: first + index,
      submittedAt: fixtureNow,
    }),
  );
  const batch: BatchView = {
    id,
    title: submission.title,
    total,
    counts: countJobs(jobs),
    parameters: submission.parameters.map(({ nodeId, inputName, values }) => ({
      nodeId,
      inputName,
      count: values.length,
    })),
    fraction: 0,
    priority: submission.priority,
    submittedAt: fixtureNow,
    finishedAt: null,
    estimate: null,
  };
  book.publishBatch({ type: 'changed', batch });
  changeAll(book, jobs);
  return batch;
};

const moveJobs = (book: JobBook, ids: readonly string[], to: 'front' | 'end' | { before: string }): number => {
  const moved = pick(book, ids, ['queued'], 'JOB_NOT_WAITING');
  const rest = book.select({ states: ['queued'] }).filter(({ id }) => !ids.includes(id));
  const at = to === 'front' ? 0 : to === 'end' ? rest.length : rest.findIndex(({ id }) => id === to.before);
  const neighbour = typeof to === 'string' ? (to === 'front' ? rest[0] : rest.at(-1)) : rest[at];
  const ordered = [
    ...rest.slice(0, at),
    ...moved.map((view) => ({ ...view, priority: neighbour?.priority ?? view.priority })),
    ...rest.slice(at),
  ];
  changeAll(
    book,
    ordered.map((view, rank) => ({ ...view, rank })),
  );
  return moved.length;
};

/** The calls about jobs, over a list in memory that changes at once. */
export const jobHandlers = (book: JobBook, answers: JobAnswers): JobHandlers => ({
  'jobs.submit': (submission) => {
    const made = job(1000 + book.state().jobs.length, {
      title: submission.title,
      requestedInstanceId: submission.instanceId,
      priority: submission.priority,
      submittedAt: fixtureNow,
    });
    const view = submission.id === undefined ? made : { ...made, id: submission.id };
    book.publish({ type: 'changed', job: view });
    return view;
  },
  'jobs.submitBatch': (submission) => submitBatch(book, submission),
  'jobs.list': ({ offset, limit, ...filter }) => {
    const all = book.select(filter);
    return { jobs: all.slice(offset, offset + limit), total: all.length };
  },
  'jobs.get': (input) => book.find(input.jobId),
  'jobs.prompt': () => ({ prompt: {} }),
  'jobs.explain': (input) =>
    answers.explanations[input.jobId] ?? {
      placement: book.find(input.jobId).placement ?? unplaced,
      estimate: book.find(input.jobId).estimate,
    },
  'jobs.events': (input) => {
    const { submittedAt } = book.find(input.jobId);
    const submitted: JobEvent = { at: submittedAt, type: 'submitted', instanceId: null, details: {} };
    return { events: [...(answers.events[input.jobId] ?? [submitted])] };
  },
  'jobs.cancel': (input) => {
    const view = cancelled(book.find(input.jobId));
    book.publish({ type: 'changed', job: view });
    return view;
  },
  'jobs.cancelMany': (input) => {
    const chosen =
      'jobIds' in input
        ? input.jobIds.map((id) => book.find(id))
        : book.select('batchId' in input ? { batchId: input.batchId } : { states: ['queued'] });
    return {
      cancelled: changeAll(book, chosen.filter(({ state }) => unfinished.includes(state)).map(cancelled)),
    };
  },
  'jobs.retry': (input) => {
    const chosen =
      'jobIds' in input
        ? pick(book, input.jobIds, retriable, 'JOB_NOT_FINISHED')
        : book.select({ batchId: input.batchId, states: [...retriable] });
    return { retried: changeAll(book, chosen.map(queuedAgain)) };
  },
  'jobs.change': ({ jobIds, priority, instanceId }) => ({
    changed: changeAll(
      book,
      pick(book, jobIds, ['queued', 'parked'], 'JOB_NOT_WAITING').map((view) => ({
        ...view,
        ...(priority === undefined ? {} : { priority }),
        ...(instanceId === undefined ? {} : { requestedInstanceId: instanceId }),
      })),
    ),
  }),
  'jobs.move': ({ jobIds, to }) => ({ moved: moveJobs(book, jobIds, to) }),
  'jobs.remove': ({ jobIds, deleteFiles }) =>
    removeAll(book, pick(book, jobIds, [...endedStates, 'parked'], 'JOB_NOT_FINISHED'), deleteFiles),
  'jobs.clearFinished': ({ deleteFiles }) => removeAll(book, book.select({ states: [...endedStates] }), deleteFiles),
  'queue.get': () => book.queue(),
  'queue.setMode': ({ mode }) => {
    book.changeQueue({ mode });
    return book.queue();
  },
  'batches.list': ({ offset, limit }) => ({
    batches: book.batches().slice(offset, offset + limit),
    total: book.batches().length,
  }),
  'batches.get': (input) => {
    const batch = book.batches().find(({ id }) => id === input.batchId);
    if (batch === undefined) throw new StudioError('BATCH_NOT_FOUND');
    return batch;
  },
});
