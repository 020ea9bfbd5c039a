import type { Prompt } from '#contract/models/workflow.ts';
import type { StoreChange } from '#core/ports/job-store.ts';
import { requirePrompt } from '#core/workflows/inspect-workflow.ts';
import { workflowTitle } from '#core/workflows/workflow-title.ts';
import { batchJobTitle } from './batches/plan-batch.ts';
import { countCharacters } from './count-characters.ts';
import type { GraphWork } from './graph-work.ts';
import type { JobRecord } from './job-record.ts';
import { heldExtraCharacters } from './job-rows.ts';
import type { ManyJobs, SubmitMany } from './live-jobs.ts';
import { inPieces, pause } from './pause.ts';
import { inputOf } from './place-inputs.ts';
import type { RecordWork } from './record-work.ts';
import { splitSecrets } from './secrets.ts';
import { additionsOf, type NewJob, newRecord, type SubmissionDependencies } from './submit-job.ts';
import { createTurns } from './turns.ts';

/** Jobs that are worked on before everything else has its turn: some ten milliseconds of work. */
const pieceSize = 250;

/** Names the batch that is being written, so that a studio that ends in between leaves no half of it. */
export const takingFact = 'takingBatch';

export interface SubmitManyDependencies extends Omit<SubmissionDependencies, 'readWork' | 'enqueue'> {
  readonly recordWork: RecordWork;
  readonly enqueue: (record: JobRecord, work: GraphWork) => void;
  readonly pump: () => void;
  readonly reserve: (count: number) => () => void;
}

type Patches = ManyJobs['patches'][number];

/** What all jobs of a batch have in common. */
interface Shared {
  readonly job: Omit<NewJob, 'jobId' | 'upstreamClientId' | 'patches' | 'number' | 'rank' | 'batch'>;
  readonly extraData: Readonly<Record<string, unknown>> | null;
}

interface Taking {
  readonly many: ManyJobs;
  readonly prompt: Prompt;
  readonly extraData: Readonly<Record<string, unknown>>;
  readonly records: readonly JobRecord[];
}

/** Takes batches, one after the other: everything that can refuse one is asked first, and nothing waits before all of it is on disk. */
export const createSubmitMany = (dependencies: SubmitManyDependencies): SubmitMany => {
  const { book, ledger, checks, numbers, holds, graphs, parts, recordWork, clock, makeId } = dependencies;
  const turns = createTurns();

  const recordOf = (many: ManyJobs, shared: Shared, patches: Patches, index: number): JobRecord => {
    const { batch, submission } = many;
    const jobId = makeId();
    const { priority, kind, clientId } = submission;
    const job = {
      ...shared.job,
      jobId,
      upstreamClientId: makeId(),
      title: batchJobTitle(shared.job.title, index, many.patches.length),
      patches,
      ...numbers.next({}, { jobId, priority, kind, clientId, caller: null }),
      batch: { id: batch.id, index },
    };
    return newRecord(submission, job, parts, shared.extraData);
  };

  const recordsOf = async (
    many: ManyJobs,
    prompt: Prompt,
    { extraData, sealed }: ReturnType<typeof splitSecrets>,
  ): Promise<readonly JobRecord[]> => {
    const { batch, submission, patches } = many;
    const isLight = countCharacters(extraData) <= heldExtraCharacters;
    const title = submission.title === '' ? workflowTitle(prompt, '') : submission.title;
    const shared: Shared = {
      job: {
        graphKey: batch.id,
        passThrough: {},
        lane: null,
        caller: null,
        repeatable: true,
        unfitInstanceIds: [],
        inputs: submission.inputs.map(inputOf),
        sealed,
        submittedAt: clock.now(),
        title,
      },
      extraData: isLight ? extraData : null,
    };
    const records: JobRecord[] = [];
    for (const piece of inPieces(patches, pieceSize * 4)) {
      for (const ofJob of piece) records.push(recordOf(many, shared, ofJob, records.length));
      if (patches.length > records.length) await pause(clock);
    }
    return records;
  };

  const write = async ({ many, prompt, extraData, records }: Taking): Promise<void> => {
    const pieces = inPieces(records, pieceSize);
    for (const [index, piece] of pieces.entries()) {
      const changes: StoreChange[] = piece.flatMap((record) => additionsOf(record, prompt, extraData));
      if (index === 0) changes.unshift({ kind: 'fact', name: takingFact, value: many.batch.id });
      const isLast = index === pieces.length - 1;
      if (isLast) {
        changes.push({ kind: 'batch', batch: many.batch }, ...numbers.changes());
        changes.push({ kind: 'fact', name: takingFact, value: null });
      }
      await ledger.settle(isLast ? 'disk' : 'process', changes);
      await pause(clock);
    }
  };

  const enter = async ({ records }: Taking): Promise<void> => {
    for (const piece of inPieces(records, pieceSize)) {
      for (const record of piece) holds.hold(record.order.jobId, record.order.inputs);
      book.add(piece);
      for (const record of piece) dependencies.enqueue(record, recordWork(record));
      dependencies.pump();
      await pause(clock);
    }
  };

  const take = async (many: ManyJobs): Promise<readonly string[]> => {
    const { submission, batch, patches } = many;
    const prompt = requirePrompt(submission.prompt, dependencies.isOutput);
    const classTypes = [...new Set(Object.values(prompt).map((node) => node.class_type))];
    checks.requireInstance(submission.instanceId);
    checks.requireRoom(patches.length);
    checks.requireKnownNodes(classTypes, submission.instanceId);
    holds.hold(batch.id, submission.inputs);
    const release = dependencies.reserve(patches.length);
    try {
      graphs.put(batch.id, prompt);
      const split = splitSecrets(submission.extraData, dependencies.seal);
      const { extraData } = split;
      const taking: Taking = { many, prompt, extraData, records: await recordsOf(many, prompt, split) };
      try {
        await write(taking);
      } catch (error) {
        // What was written of it is taken out again, by the next studio where this one cannot.
        const jobIds = taking.records.map(({ order }) => order.jobId);
        ledger.removeLater(jobIds, { name: takingFact, value: null });
        for (const jobId of jobIds) numbers.withdraw(jobId);
        throw error;
      }
      await enter(taking);
      return taking.records.map(({ order }) => order.jobId);
    } finally {
      release();
      holds.release(batch.id);
    }
  };

  return (many) => turns.take(() => take(many));
};
