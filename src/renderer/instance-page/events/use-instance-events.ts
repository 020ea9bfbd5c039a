import { useState } from 'react';
import type { InstanceEvent } from '#contract/models/instance-event.ts';
import { useServices } from '../../state/app-context.tsx';
import { useAnswer } from '../../studio-client/use-call.ts';
import { useTopic } from '../../studio-client/use-topic.ts';

interface InstanceEvents {
  /** Newest first; undefined while nothing is known. */
  readonly events: readonly InstanceEvent[] | undefined;
  readonly error: unknown;
  readonly retry: () => void;
  readonly more: boolean;
  readonly loadingMore: boolean;
  readonly loadMore: () => Promise<void>;
}

const pageSize = 50;

interface OlderEvents {
  readonly events: readonly InstanceEvent[];
  readonly more: boolean;
}

const byId = (lists: readonly (readonly InstanceEvent[])[]): readonly InstanceEvent[] =>
  [...new Map(lists.flat().map((event) => [event.id, event])).values()].toSorted(
    (first, second) => second.id - first.id,
  );

/** The book of an instance: the first page, what is added meanwhile, and older pages on request. */
export const useInstanceEvents = (instanceId: string): InstanceEvents => {
  const { client } = useServices();
  const first = useAnswer('instances.events', { instanceId, limit: pageSize });
  const live = useTopic('instanceEvents', { key: instanceId, select: ({ events }) => events }).data ?? [];
  const [older, setOlder] = useState<OlderEvents | null>(null);
  const [loadingMore, setLoadingMore] = useState(false);
  const [olderError, setOlderError] = useState<unknown>(null);
  const events = first.data === undefined ? undefined : byId([first.data.events, live, older?.events ?? []]);
  return {
    events,
    error: first.error ?? olderError,
    retry: () => {
      setOlderError(null);
      void first.refetch();
    },
    more: older?.more ?? first.data?.more ?? false,
    loadingMore,
    loadMore: async () => {
      const oldest = events?.at(-1)?.id;
      if (oldest === undefined) return;
      setLoadingMore(true);
      try {
        const page = await client.call('instances.events', { instanceId, beforeId: oldest, limit: pageSize });
        setOlder((before) => ({ events: [...(before?.events ?? []), ...page.events], more: page.more }));
        setOlderError(null);
      } catch (error) {
        setOlderError(error);
      } finally {
        setLoadingMore(false);
      }
    },
  };
};
