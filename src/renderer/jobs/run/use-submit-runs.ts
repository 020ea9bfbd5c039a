import { useState } from 'react';
import type { BatchParameter } from '#contract/models/batch.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { useServices } from '../../state/app-context.tsx';
import { withNewSeeds } from './seed-variation.ts';
import type { InputUploads } from './use-input-uploads.ts';
import type { OpenedWorkflow } from './use-opened-workflow.ts';

interface RunOptions {
  readonly instanceId: string | null;
  readonly priority: number;
  readonly times: number;
  readonly newSeeds: boolean;
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

/** Sends a workflow to the studio, once for each run; stops at the first refusal and keeps what was taken. */
export const useSubmitRuns = ({ inspection }: OpenedWorkflow, { uploads }: InputUploads): SubmitRuns => {
  const { client, view } = useServices();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [sent, setSent] = useState(0);
  const inputs = Object.entries(uploads).flatMap(([name, upload]) =>
    upload.state === 'ready' ? [{ name, uploadId: upload.uploadId }] : [],
  );
  const promptOf = (run: number, newSeeds: boolean): Prompt =>
    // The first run keeps the seed of the file, so that a known picture can be made again.
    newSeeds && run > 0 ? withNewSeeds(inspection.prompt, Math.random) : inspection.prompt;
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
  return {
    busy,
    error,
    sent,
    submit: ({ instanceId, priority, times, newSeeds }) =>
      attempt(async () => {
        for (let run = 0; run < times; run += 1) {
          const prompt = promptOf(run, newSeeds);
          const job = await client.call('jobs.submit', {
            prompt,
            title: inspection.title,
            instanceId,
            inputs,
            priority,
          });
          view.getState().addStartedJobs([job.id]);
          setSent(run + 1);
        }
      }),
    submitBatch: ({ instanceId, priority, parameters }) =>
      attempt(async () => {
        const batch = await client.call('jobs.submitBatch', {
          prompt: inspection.prompt,
          title: inspection.title,
          instanceId,
          inputs,
          priority,
          parameters: [...parameters],
        });
        view.getState().addStartedBatch(batch.id);
      }),
  };
};
