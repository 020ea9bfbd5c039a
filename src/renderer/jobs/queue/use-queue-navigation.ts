import { useNavigate, useSearch } from '@tanstack/react-router';
import type { QueueSearch } from './queue-search.ts';

interface QueueNavigation {
  readonly search: QueueSearch;
  /** Changes parts of the address; `undefined` takes a part away. */
  readonly go: (changes: { readonly [Key in keyof QueueSearch]: QueueSearch[Key] | undefined }) => void;
}

/** The part of the address that says what the queue page shows. */
export const useQueueNavigation = (): QueueNavigation => {
  const search = useSearch({ from: '/jobs' });
  const navigate = useNavigate();
  return {
    search,
    go: (changes) => void navigate({ to: '/jobs', replace: true, search: (old) => ({ ...old, ...changes }) }),
  };
};
