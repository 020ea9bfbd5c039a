import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import type { StudioClient, TopicObserver } from '#contract/client.ts';
import { StudioError } from '#contract/errors.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import type { TopicState } from '#contract/topics.ts';
import { createTopicCache, topicKey } from './topic-cache.ts';

/** A client whose watches the test answers by hand. */
const setUp = () => {
  const open = new Set<TopicObserver<'settings'>>();
  const watch = vi.fn((_topic: string, _key: string | undefined, observer: TopicObserver<'settings'>) => {
    open.add(observer);
    return () => open.delete(observer);
  });
  const queries = new QueryClient();
  const cache = createTopicCache({ watch } as unknown as StudioClient, queries);
  const tell = (state: TopicState<'settings'>): void => {
    for (const observer of open) observer.onState(state);
  };
  const fail = (): void => {
    for (const observer of open) observer.onError?.(new StudioError('AUTH_FORBIDDEN'));
  };
  return { open, watch, queries, cache, tell, fail };
};
const state = settingsSchema.parse({});

describe('the cache of topics', () => {
  it('watches once for all who look, until the last one looks away', () => {
    const { open, watch, cache } = setUp();
    const first = cache.hold('settings', undefined);
    const second = cache.hold('settings', undefined);
    expect(watch).toHaveBeenCalledTimes(1);
    first();
    first();
    expect(open.size).toBe(1);
    second();
    expect(open.size).toBe(0);
  });

  it('fills the query cache with every state', async () => {
    const { cache, queries, tell } = setUp();
    const waiting = cache.first('settings', undefined);
    const release = cache.hold('settings', undefined);
    tell(state);
    await expect(waiting).resolves.toEqual(state);
    tell({ ...state, maxConcurrentStarts: 5 });
    expect(queries.getQueryData(topicKey('settings', undefined))).toEqual({ ...state, maxConcurrentStarts: 5 });
    release();
  });

  it('tells why a topic cannot be had, and watches again when it is asked again', async () => {
    const { cache, watch, fail, tell } = setUp();
    const release = cache.hold('settings', undefined);
    const refused = cache.first('settings', undefined);
    fail();
    await expect(refused).rejects.toMatchObject({ code: 'AUTH_FORBIDDEN' });
    const again = cache.first('settings', undefined);
    expect(watch).toHaveBeenCalledTimes(2);
    tell(state);
    await expect(again).resolves.toEqual(state);
    release();
  });

  it('asks for everything anew on refresh', () => {
    const { cache, watch, open } = setUp();
    const release = cache.hold('settings', undefined);
    cache.refresh();
    expect(watch).toHaveBeenCalledTimes(2);
    expect(open.size).toBe(1);
    release();
    expect(open.size).toBe(0);
  });
});
