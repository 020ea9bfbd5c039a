import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Preflight } from '#contract/models/library.ts';
import { useServices } from '../../state/app-context.tsx';
import type { RunForm } from './form/use-run-form.ts';

/** A pause in typing after which it is worth asking. */
const pauseMs = 500;
/** What waits and what is loaded changes while one looks. */
const refreshMs = 15_000;

interface PreflightWishes {
  readonly form: RunForm;
  readonly instanceId: string | null;
  readonly priority: number;
  readonly inputs: readonly string[];
}

/** What would happen if the workflow were queued now, asked anew whenever something that counts has changed. */
export const usePreflight = ({ form, instanceId, priority, inputs }: PreflightWishes): UseQueryResult<Preflight> => {
  const { client } = useServices();
  const { values } = form.edits;
  const [settled, setSettled] = useState(values);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(values), pauseMs);
    return () => clearTimeout(timer);
  }, [values]);
  return useQuery({
    // The graph would make a key of megabytes; its values and what was opened say as much.
    queryKey: ['preflight', form.key, settled, instanceId, priority, inputs],
    queryFn: ({ signal }) =>
      client.call(
        'workflows.preflight',
        { prompt: form.promptWith(settled), instanceId, priority, inputs: [...inputs] },
        { signal },
      ),
    retry: false,
    refetchInterval: refreshMs,
    refetchOnWindowFocus: true,
    placeholderData: keepPreviousData,
  });
};
