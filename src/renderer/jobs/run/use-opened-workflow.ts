import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CallOutput } from '#contract/calls/index.ts';
import { useServices, useViewState } from '../../state/app-context.tsx';
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
  readonly openText: (text: string, fileName: string) => void;
  readonly close: () => void;
}

/**
 * Opens a workflow: reads the file, lets the studio say what it is, keeps either the answer or the refusal. The file stays
 * open while one looks at other pages.
 */
export const useOpenedWorkflow = (): WorkflowOpener => {
  const { client } = useServices();
  const file = useViewState((state) => state.workflowFile);
  const setFile = useViewState((state) => state.openWorkflowFile);
  const [readError, setReadError] = useState<unknown>(null);
  const [reading, setReading] = useState<string | null>(null);
  const inspection = useQuery({
    // The text itself would make a key of megabytes.
    queryKey: ['workflow', file?.id ?? null],
    queryFn: ({ signal }) =>
      client.call('workflows.inspect', { text: file?.text ?? '', fileName: file?.fileName ?? '' }, { signal }),
    enabled: file !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  });

  return {
    opened:
      file !== null && inspection.data !== undefined ? { fileName: file.fileName, inspection: inspection.data } : null,
    error: readError ?? inspection.error,
    reading: reading ?? (inspection.isFetching ? (file?.fileName ?? null) : null),
    openFile: async (chosen) => {
      setReading(chosen.name);
      setReadError(null);
      setFile(null);
      try {
        setFile({ fileName: chosen.name, text: await readWorkflowFile(chosen) });
      } catch (failure) {
        setReadError(failure);
      } finally {
        setReading(null);
      }
    },
    openText: (text, fileName) => {
      setReadError(null);
      setFile({ fileName, text });
    },
    close: () => {
      setReadError(null);
      setFile(null);
    },
  };
};
