import { useState } from 'react';
import type { BatchParameter } from '#contract/models/batch.ts';
import { useServices } from '../../state/app-context.tsx';
import type { RunForm } from './form/use-run-form.ts';
import type { InputUploads } from './use-input-uploads.ts';
import type { OpenedWorkflow } from './use-opened-workflow.ts';

interface RunOptions {
  readonly instanceId: string | null;
  readonly priority: number;
  readonly times: number;
}

interface BatchOptions {
  readonly instanceId: string | null;
  readonly priority: number;
  readonly parameters: readonly BatchParameter[];
}

export interface SubmitRuns {
  readonly busy: boolean;
  readonly error: unknown;
  /** How many of the last press were taken. */
  readonly sent: number;
  readonly submit: (options: RunOptions) => Promise<void>;
  readonly submitBatch: (options: BatchOptions) => Promise<void>;
}

interface Submitted {
  readonly workflow: OpenedWorkflow;
  readonly form: RunForm;
  readonly uploads: InputUploads;
}

/** Sends a workflow to the studio, once for each run; stops at the first refusal and keeps what was taken. */
export const useSubmitRuns = ({ workflow, form, uploads: { uploads } }: Submitted): SubmitRuns => {
  const { client, view } = useServices();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [sent, setSent] = useState(0);
  const { saved, inspection } = workflow;
  const inputs = Object.entries(uploads).flatMap(([name, upload]) =>
    upload.state === 'ready' ? [{ name, uploadId: upload.uploadId }] : [],
  );
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(null);
    setSent(0);
    try {
      await work();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  /** The result becomes the picture of the saved workflow; where that fails, the run goes on all the same. */
  const noteRun = (jobId: string): void => {
    if (saved === null) return;
    client.call('workflows.noteRun', { workflowId: saved.id, jobId }).catch(() => undefined);
  };
  return {
    busy,
    error,
    sent,
    submit: ({ instanceId, priority, times }) =>
      attempt(async () => {
        let { values } = form.edits;
        for (let run = 0; run < times; run += 1) {
          const job = await client.call('jobs.submit', {
            prompt: form.promptWith(values),
            title: inspection.title.slice(0, 200),
            instanceId,
            inputs,
            priority,
          });
          view.getState().addStartedJobs([job.id]);
          noteRun(job.id);
          // The first run has the seed that stands in the form, so that a known picture can be made again.
          values = form.valuesAfter(values);
          form.setValues(values);
          setSent(run + 1);
        }
      }),
    submitBatch: ({ instanceId, priority, parameters }) =>
      attempt(async () => {
        const batch = await client.call('jobs.submitBatch', {
          prompt: form.prompt(),
          title: inspection.title.slice(0, 200),
          instanceId,
          inputs,
          priority,
          parameters: [...parameters],
        });
        view.getState().addStartedBatch(batch.id);
      }),
  };
};
