import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { StudioClient } from '#contract/client.ts';
import type { WorkflowInspection } from '#contract/models/workflow.ts';
import { useServices, useViewState } from '../../state/app-context.tsx';
import { fieldKey } from './form/form-fields.ts';
import { readWorkflowFile } from './read-workflow-file.ts';

/** What is known of an opened workflow that stands in the library. */
export interface SavedSource {
  readonly id: string;
  readonly revision: number;
  readonly name: string;
  readonly tags: readonly string[];
}

export interface OpenedWorkflow {
  /** Names what was opened, for what somebody changed in its form. */
  readonly key: string;
  readonly fileName: string;
  readonly inspection: WorkflowInspection;
  /** Fields that stand on top; null where nobody chose any. */
  readonly pinned: readonly string[] | null;
  /** The file of the editor that it was made from. */
  readonly editor: string | null;
  readonly saved: SavedSource | null;
  /** The values are those of an earlier run. */
  readonly isAgain: boolean;
}

interface WorkflowOpener {
  readonly opened: OpenedWorkflow | null;
  readonly error: unknown;
  /** Name of what is being read. */
  readonly reading: string | null;
  readonly openFile: (file: File) => Promise<void>;
  readonly openText: (text: string, fileName: string) => void;
  readonly close: () => void;
  /** Reads a saved workflow anew. */
  readonly reload: () => void;
}

const route = getRouteApi('/run');

type Loaded = Omit<OpenedWorkflow, 'key'>;

const plain = { pinned: null, editor: null, saved: null, isAgain: false } as const;

const inspect = (client: StudioClient, text: string, fileName: string, signal: AbortSignal) =>
  client.call('workflows.convert', { text, fileName }, { signal });

const loadFile = async (
  client: StudioClient,
  { text, fileName }: { text: string; fileName: string },
  signal: AbortSignal,
): Promise<Loaded> => {
  const inspection = await inspect(client, text, fileName, signal);
  return { ...plain, fileName, inspection, editor: inspection.source === 'editor' ? text : null };
};

const loadSaved = async (client: StudioClient, workflowId: string, signal: AbortSignal): Promise<Loaded> => {
  const { workflow, content } = await client.call('workflows.get', { workflowId }, { signal });
  const inspection = await inspect(client, JSON.stringify(content.prompt), workflow.name, signal);
  const { id, revision, name, tags } = workflow;
  return {
    fileName: '',
    inspection: { ...inspection, title: name, seeds: content.seeds },
    pinned: content.pinned.length === 0 ? null : content.pinned.map(fieldKey),
    editor: content.editor,
    saved: { id, revision, name, tags },
    isAgain: false,
  };
};

const loadJob = async (client: StudioClient, jobId: string, signal: AbortSignal): Promise<Loaded> => {
  const [{ prompt }, { title }] = await Promise.all([
    client.call('jobs.prompt', { jobId }, { signal }),
    client.call('jobs.get', { jobId }, { signal }),
  ]);
  const inspection = await inspect(client, JSON.stringify(prompt), title, signal);
  return { ...plain, fileName: '', inspection: { ...inspection, title: title || inspection.title }, isAgain: true };
};

/**
 * Opens a workflow: reads the file, the saved workflow or the job, lets the studio say what it is, keeps either the answer or the
 * refusal. A file stays open while one looks at other pages.
 */
export const useOpenedWorkflow = (): WorkflowOpener => {
  const { client } = useServices();
  const { workflow, job } = route.useSearch();
  const navigate = route.useNavigate();
  const file = useViewState((state) => state.workflowFile);
  const setFile = useViewState((state) => state.openWorkflowFile);
  const [readError, setReadError] = useState<unknown>(null);
  const [reading, setReading] = useState<string | null>(null);
  const forgetAddress = (): void => {
    if (workflow !== undefined || job !== undefined) void navigate({ search: {}, replace: true });
  };
  const key = workflow ?? job ?? (file === null ? null : `file ${file.id}`);
  const loaded = useQuery({
    // The text itself would make a key of megabytes.
    queryKey: ['workflow', key],
    queryFn: ({ signal }): Promise<Loaded> => {
      if (workflow !== undefined) return loadSaved(client, workflow, signal);
      if (job !== undefined) return loadJob(client, job, signal);
      return loadFile(client, file ?? { text: '', fileName: '' }, signal);
    },
    enabled: key !== null,
    // A saved workflow may have changed since it was opened the last time.
    staleTime: workflow === undefined ? Number.POSITIVE_INFINITY : 0,
    refetchOnMount: workflow === undefined ? true : 'always',
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const name = workflow === undefined && job === undefined ? (file?.fileName ?? '') : '';

  return {
    opened: key !== null && loaded.data !== undefined && loaded.error === null ? { ...loaded.data, key } : null,
    error: readError ?? loaded.error,
    reading: reading ?? (loaded.isLoading ? name : null),
    openFile: async (chosen) => {
      setReading(chosen.name);
      setReadError(null);
      setFile(null);
      forgetAddress();
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
      forgetAddress();
      setFile({ fileName, text });
    },
    close: () => {
      setReadError(null);
      setFile(null);
      forgetAddress();
    },
    reload: () => void loaded.refetch(),
  };
};
