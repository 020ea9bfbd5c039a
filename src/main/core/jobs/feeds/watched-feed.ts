import type { TopicFeed } from '#contract/topic-feed.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import { type Changes, mergeChanges } from './changes.ts';

/** How the state of a topic is found, and how one state becomes the next. */
export interface Computation<State, Event> {
  /** The state now. */
  whole(): State;
  /** The state now, which is `published` but for these changes; `published` itself where they change nothing. */
  after(published: State, changes: Changes): State;
  /** When what `after` answered is to be computed again although nothing changes; null when it may stay as it is. */
  staleAt?(): number | null;
  /** What counts as changed when it is computed again for that reason; everything, unless it says less. */
  readonly renewal?: Changes;
  /** The fewest events that lead from one state to the other; none where nobody would see a difference. */
  steps(from: State, to: State): readonly Event[];
  /** The fold of the topic. */
  apply(state: State, event: Event): State;
}

export interface WatchedFeed<State, Event> extends TopicFeed<State, Event> {
  touch(changes: Changes): void;
  /** Computes no more; who watches keeps what was published. */
  stop(): void;
}

export interface WatchedFeedOptions {
  readonly clock: Clock;
  /** Called when the first watcher comes; answers what is to be done when the last one has gone. */
  readonly watched: (feed: { touch(changes: Changes): void }) => Cancel;
  readonly failed: (error: unknown) => void;
}

/** A computation that took a millisecond is left alone for so many, so that a costly one takes a fifth of the time at most. */
const restFactor = 4;

const everything: Changes = { jobIds: null, lists: true };

/**
 * A topic whose state is computed while somebody watches. The snapshot is always the fold of what was published; without a watcher it
 * is computed when it is asked for, and counts as published.
 */
export const createWatchedFeed = <State, Event>(
  computation: Computation<State, Event>,
  options: WatchedFeedOptions,
): WatchedFeed<State, Event> => {
  const { clock, failed } = options;
  const listeners = new Set<{ notify: (revision: number, event: Event) => void }>();
  let published: { readonly state: State } | null = null;
  let revision = 0;
  let pending: Changes | null = null;
  let restUntil = Number.NEGATIVE_INFINITY;
  let timer: Cancel | null = null;
  let renewal: Cancel | null = null;
  let leave: Cancel | null = null;
  let stopped = false;

  const publish = (from: State, to: State): void => {
    let state = from;
    for (const event of computation.steps(from, to)) {
      state = computation.apply(state, event);
      published = { state };
      revision += 1;
      for (const { notify } of listeners) notify(revision, event);
    }
  };

  const refresh = (changes: Changes | null): State => {
    const beganAt = clock.now();
    const to =
      published === null || changes === null ? computation.whole() : computation.after(published.state, changes);
    restUntil = clock.now() + restFactor * (clock.now() - beganAt);
    if (published === null) published = { state: to };
    else if (to !== published.state) publish(published.state, to);
    renew();
    return published.state;
  };

  const renew = (): void => {
    renewal?.();
    const staleAt = leave === null ? null : (computation.staleAt?.() ?? null);
    renewal =
      staleAt === null
        ? null
        : clock.schedule(Math.max(0, staleAt - clock.now()), () => touch(computation.renewal ?? everything));
  };

  /** After a failure the lists count as changed, so that the next change brings everything up to date. */
  const refreshPending = (): void => {
    timer = null;
    const changes = pending;
    pending = null;
    if (changes === null) return;
    try {
      refresh(changes);
    } catch (error) {
      pending = everything;
      failed(error);
    }
  };

  const rest = (): void => {
    timer?.();
    timer = null;
    renewal?.();
    leave?.();
    leave = null;
  };

  const touch = (changes: Changes): void => {
    if (leave === null) return;
    pending = mergeChanges(pending, changes);
    if (timer !== null) return;
    const waitMs = restUntil - clock.now();
    if (waitMs <= 0) refreshPending();
    else timer = clock.schedule(waitMs, refreshPending);
  };

  const current = (): State => {
    const known = leave !== null || stopped ? published : null;
    return known === null ? refresh(null) : known.state;
  };

  return {
    revision: () => {
      current();
      return revision;
    },
    snapshot: current,
    listen: (listener) => {
      const entry = { notify: listener };
      if (leave === null && !stopped) {
        refresh(null);
        leave = options.watched({ touch });
        renew();
      }
      listeners.add(entry);
      return () => {
        if (listeners.delete(entry) && listeners.size === 0) rest();
      };
    },
    touch,
    stop: () => {
      stopped = true;
      rest();
    },
  };
};
