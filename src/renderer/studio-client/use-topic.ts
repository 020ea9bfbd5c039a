import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { TopicName, TopicState } from '#contract/topics.ts';
import { useServices } from '../state/app-context.tsx';
import { topicKey } from './topic-cache.ts';

interface TopicOptions<Name extends TopicName, Selected> {
  readonly key?: string;
  /** The part that the component shows; it renders again only when this part changes. */
  readonly select: (state: TopicState<Name>) => Selected;
  /** False = do not watch yet. */
  readonly enabled?: boolean;
  /** Shows the state of the last key until that of a new one is there. */
  readonly keepPrevious?: boolean;
}

/** The live state of a topic, kept by the query cache and renewed by every event while the component is there. */
export const useTopic = <Name extends TopicName, Selected>(
  name: Name,
  options: TopicOptions<Name, Selected>,
): UseQueryResult<Selected> => {
  const { topics } = useServices();
  const { key, select, enabled = true, keepPrevious = false } = options;
  useEffect(() => (enabled ? topics.hold(name, key) : undefined), [topics, name, key, enabled]);
  return useQuery<TopicState<Name>, Error, Selected>({
    queryKey: topicKey(name, key),
    queryFn: () => topics.first(name, key),
    select,
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    // A keyed topic (a log, a preview) is large and belongs to what is on screen.
    gcTime: key === undefined ? Number.POSITIVE_INFINITY : 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    // Events replace only what they change, so equal parts are the same object already.
    ...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
    structuralSharing: name !== 'log' && name !== 'preview',
  });
};
