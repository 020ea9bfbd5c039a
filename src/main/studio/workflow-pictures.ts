import type { JobView } from '#contract/models/job.ts';
import type { SavedWorkflow } from '#contract/models/library.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import { readableOr } from '#core/jobs/stored-reads.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { MakeThumbnail, WorkflowPicture } from '#core/ports/workflow-store.ts';
import type { WorkflowLibrary } from '#core/workflows/library/workflow-library.ts';

type Source = { readonly jobId: string; readonly index: number } | { readonly uploadId: string };

/** Gives saved workflows their pictures: chosen ones, else the first picture of the latest run. */
export interface WorkflowPictures {
  set(workflowId: string, source: Source | null): Promise<SavedWorkflow>;
  /** The job runs this workflow: when it is done, its picture becomes that of the workflow. */
  follow(workflowId: string, jobId: string): void;
  stop(): void;
}

/** Runs that are followed at once; the oldest is let go for another one. */
const mostFollowed = 1000;

export const createWorkflowPictures = (parts: {
  readonly library: Pick<WorkflowLibrary, 'get' | 'setPicture'>;
  readonly jobs: Pick<Jobs, 'openOutput' | 'onChange' | 'record'>;
  readonly inputStore: Pick<InputStore, 'open'>;
  readonly makeThumbnail: MakeThumbnail;
  readonly logger: Logger;
}): WorkflowPictures => {
  const { library, jobs, inputStore, makeThumbnail, logger } = parts;
  const followed = new Map<string, string>();

  const read = async (source: Source, isChosen: boolean): Promise<Omit<WorkflowPicture, 'revision'>> => {
    const { body } =
      'uploadId' in source ? await inputStore.open(source.uploadId) : await jobs.openOutput(source.jobId, source.index);
    const { contentType, bytes } = await makeThumbnail(body);
    return { contentType, base64: Buffer.from(bytes).toString('base64'), isChosen };
  };

  const takeResult = async (workflowId: string, jobId: string, index: number): Promise<void> => {
    const { workflow } = await library.get(workflowId);
    if (!workflow.pictureChosen) await library.setPicture(workflowId, await read({ jobId, index }, false));
  };

  const look = (view: JobView): void => {
    const workflowId = followed.get(view.id);
    if (workflowId === undefined || view.finishedAt === null) return;
    followed.delete(view.id);
    const result =
      view.outputs.find(({ kind, type }) => kind === 'image' && type !== 'temp') ??
      view.outputs.find(({ kind }) => kind === 'image');
    if (view.state !== 'succeeded' || result === undefined) return;
    takeResult(workflowId, view.id, result.index).catch((error: unknown) =>
      // The workflow may have been deleted, or the instance stopped, in the meantime; its next run brings another picture.
      logger.debug('No picture of a saved workflow could be made.', { workflowId, error: String(error) }),
    );
  };
  const unsubscribe = jobs.onChange(({ view }) => look(view));

  return {
    set: async (workflowId, source) =>
      library.setPicture(workflowId, source === null ? null : await read(source, true)),
    follow: (workflowId, jobId) => {
      const oldest = followed.keys().next();
      if (followed.size >= mostFollowed && oldest.done !== true) followed.delete(oldest.value);
      followed.set(jobId, workflowId);
      // A small job may be done before anybody says what it was a run of.
      const record = readableOr(() => jobs.record(jobId), undefined);
      if (record !== undefined) look(record.view);
    },
    stop: unsubscribe,
  };
};
