import { StudioError } from '#contract/errors.ts';
import type { InstanceView } from '#contract/models/instance.ts';
import type { InstanceActor, InstanceEvent, InstanceEventBody } from '#contract/models/instance-event.ts';
import { createTopicFeed, type PublishedTopic, type TopicFeed } from '#contract/topic-feed.ts';
import { latestEventsMax } from '#contract/topic-state.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { Fleet, FleetEvent } from '#core/instances/fleet-interface.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { InstanceEventStore } from '#core/ports/event-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import { boundedReason, firstSight, readLife, type SeenLife } from './read-life.ts';

type EventsFeed = TopicFeed<TopicState<'instanceEvents'>, TopicEvent<'instanceEvents'>>;

interface Book {
  nextId: number;
  latest: readonly InstanceEvent[];
  /** The line that the events of this studio stand behind: what earlier ones wrote has been read. */
  opened: Promise<void>;
  isOpen: boolean;
  /** What happened before that was read. */
  readonly early: { readonly at: number; readonly event: InstanceEventBody }[];
  readonly feed: PublishedTopic<TopicState<'instanceEvents'>, TopicEvent<'instanceEvents'>>;
}

/** What happened to each instance, kept on the disk. */
export interface EventBook {
  /** Runs something that acts on instances, so that what follows from it at once is known to come from `actor`. */
  acting<Result>(actor: InstanceActor, act: () => Result): Result;
  /** From now on starts and stops that nobody asked for come from this. It begins as `launch`: what the fleet holds then is not new. */
  setUsualActor(actor: InstanceActor | null): void;
  /** The `instanceEvents` topic of one instance. */
  feed(instanceId: string): EventsFeed;
  page(
    instanceId: string,
    options: { readonly beforeId: number | undefined; readonly limit: number },
  ): Promise<{ events: InstanceEvent[]; more: boolean }>;
  /** Resolves when what earlier studios wrote of every known instance is read. */
  opened(): Promise<void>;
  close(): void;
}

const jobIdsKept = 50;

export const createEventBook = (dependencies: {
  readonly fleet: Pick<Fleet, 'onEvent' | 'list'> & { readonly feed: Pick<Fleet['feed'], 'listen'> };
  readonly store: InstanceEventStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}): EventBook => {
  const { fleet, store, clock, logger } = dependencies;
  const books = new Map<string, Book>();
  const seen = new Map<string, SeenLife>();
  let actor: InstanceActor | null = null;
  let usualActor: InstanceActor | null = 'launch';

  const write = (instanceId: string, book: Book, at: number, event: InstanceEventBody): void => {
    const line: InstanceEvent = { id: book.nextId, at, event };
    book.nextId += 1;
    if (!store.append(instanceId, line)) logger.warn('An event could not be kept', { instanceId, event: event.type });
    book.latest = [...book.latest, line].slice(-latestEventsMax);
    book.feed.publish(line);
  };

  const open = async (instanceId: string, book: Book): Promise<void> => {
    try {
      const kept = await store.read(instanceId);
      book.nextId = Math.max(book.nextId, (kept.at(-1)?.id ?? 0) + 1);
      book.latest = kept.slice(-latestEventsMax);
    } catch (error) {
      logger.warn('The events of an instance cannot be read', { instanceId, error });
    }
    book.isOpen = true;
    for (const { at, event } of book.early.splice(0)) write(instanceId, book, at, event);
  };

  const bookOf = (instanceId: string): Book => {
    const known = books.get(instanceId);
    if (known !== undefined) return known;
    const book: Book = {
      nextId: 1,
      latest: [],
      opened: Promise.resolve(),
      isOpen: false,
      early: [],
      feed: createTopicFeed<TopicState<'instanceEvents'>, TopicEvent<'instanceEvents'>>(() => ({
        events: [...book.latest],
      })),
    };
    books.set(instanceId, book);
    book.opened = open(instanceId, book);
    return book;
  };

  const note = (instanceId: string, event: InstanceEventBody): void => {
    const book = bookOf(instanceId);
    if (book.isOpen) write(instanceId, book, clock.now(), event);
    else book.early.push({ at: clock.now(), event });
  };

  const onView = (view: InstanceView): void => {
    const { id } = view.configuration;
    const before = seen.get(id);
    if (before === undefined) {
      seen.set(id, firstSight(view));
      bookOf(id);
      if (usualActor !== 'launch') note(id, { type: 'created' });
      if (view.state.kind === 'ready' && view.state.adopted) {
        note(id, { type: 'adopted', pid: view.state.pid, version: view.state.version });
      }
      return;
    }
    const step = readLife(before, view, { now: clock.now(), actor: actor ?? usualActor });
    seen.set(id, step.seen);
    for (const event of step.events) note(id, event);
  };

  const onEvent = (event: FleetEvent): void => {
    if (event.type !== 'lost') return;
    const { instanceId, cause, reason, jobIds } = event;
    if (cause === 'hung') note(instanceId, { type: 'hung', reason: boundedReason(reason) });
    if (jobIds.length === 0) return;
    const kept = jobIds.slice(0, jobIdsKept);
    note(instanceId, { type: 'jobs-lost', cause, code: reason.code, jobIds: kept, count: jobIds.length });
  };

  const endViews = fleet.feed.listen((_revision, event) => {
    if (event.type === 'changed') onView(event.instance);
    if (event.type !== 'removed') return;
    note(event.instanceId, { type: 'removed' });
    seen.delete(event.instanceId);
    books.delete(event.instanceId);
  });
  const endEvents = fleet.onEvent(onEvent);

  const requireKnown = (instanceId: string): void => {
    const isKnown = seen.has(instanceId) || fleet.list().some(({ configuration }) => configuration.id === instanceId);
    if (!isKnown) throw new StudioError('INSTANCE_NOT_FOUND', undefined, { details: { instanceId } });
  };

  return {
    acting: (who, act) => {
      const before = actor;
      actor = who;
      try {
        return act();
      } finally {
        actor = before;
      }
    },
    setUsualActor: (who) => {
      usualActor = who;
    },
    feed: (instanceId) => {
      requireKnown(instanceId);
      return bookOf(instanceId).feed;
    },
    page: async (instanceId, { beforeId, limit }) => {
      requireKnown(instanceId);
      await bookOf(instanceId).opened;
      const kept = await store.read(instanceId);
      const older = beforeId === undefined ? kept : kept.filter(({ id }) => id < beforeId);
      const events = older.slice(-limit).toReversed();
      return { events, more: older.length > events.length };
    },
    opened: async () => {
      await Promise.all([...books.values()].map((book) => book.opened));
    },
    close: () => {
      endViews();
      endEvents();
    },
  };
};
