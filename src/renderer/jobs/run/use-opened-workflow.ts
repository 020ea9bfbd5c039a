import { useState } from 'react';
import type { CallOutput } from '#contract/calls/index.ts';
import { useServices } from '../../state/app-context.tsx';
import { readWorkflowFile } from './read-workflow-file.ts';

export interface OpenedWorkflow {
  readonly fileName: string;
  readonly inspection: CallOutput<'workflows.inspect'>;
}

interface WorkflowOpener {
  readonly opened: OpenedWorkflow | null;
  readonly error: unknown;
  /** Name of the file that is being read. */
  readonly reading: string | null;
  readonly openFile: (file: File) => Promise<void>;
  readonly openText: (text: string, fileName: string) => Promise<void>;
  readonly close: () => void;
}

/** Opens a workflow: reads the file, lets the studio say what it is, keeps either the answer or the refusal. */
export const useOpenedWorkflow = (): WorkflowOpener => {
  const { client } = useServices();
  const [opened, setOpened] = useState<OpenedWorkflow | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [reading, setReading] = useState<string | null>(null);

  const open = async (fileName: string, read: () => Promise<string>): Promise<void> => {
    setReading(fileName);
    setError(null);
    setOpened(null);
    try {
      const inspection = await client.call('workflows.inspect', { text: await read(), fileName });
      setOpened({ fileName, inspection });
    } catch (failure) {
      setError(failure);
    } finally {
      setReading(null);
    }
  };

  return {
    opened,
    error,
    reading,
    openFile: (file) => open(file.name, () => readWorkflowFile(file)),
    openText: (text, fileName) => open(fileName, () => Promise.resolve(text)),
    close: () => {
      setOpened(null);
      setError(null);
    },
  };
};
