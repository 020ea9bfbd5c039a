import type { z } from 'zod';
import { fromWireError, StudioError, type WireError } from '../errors.ts';
import { applyTopicEvent } from '../topic-state.ts';
import { type TopicEvent, type TopicName, type TopicState, topics } from '../topics.ts';
import type { ClientMessage } from '../wire.ts';
import type { ConnectionState } from './connection.ts';

/** Who watches a topic. After `onError` the watch is over; a lost connection is no error, it is watched again. */
export interface TopicObserver<Name extends TopicName> {
  onState(state: TopicState<Name>): void;
  onError?(error: StudioError): void;
}

export interface ClientWatchesOptions {
  readonly nextId: () => number;
  readonly state: () => ConnectionState;
  readonly post: (message: ClientMessage) => void;
}

/** The watches of a client. They outlive their wire. */
export interface ClientWatches {
  watch<Name extends TopicName>(topic: Name, key: string | undefined, observer: TopicObserver<Name>): () => void;
  snapshot(id: number, revision: number, state: unknown): void;
  event(id: number, revision: number, event: unknown): void;
  /** Answers whether the id is one of a watch here. */
  failed(id: number, error: WireError): boolean;
  connected(): void;
  lost(): void;
  close(): void;
}

/** `gap`: a revision is missing, so the state must be asked for again. `misfit`: the value breaks the contract. */
type Outcome = 'taken' | 'gap' | 'misfit';

interface ClientWatch {
  readonly topic: TopicName;
  readonly key: string | undefined;
  readonly snapshot: (revision: number, state: unknown) => Outcome;
  readonly event: (revision: number, event: unknown) => Outcome;
  readonly fail: (error: StudioError) => void;
}

type TopicSchemas = {
  readonly [Name in TopicName]: {
    readonly snapshot: z.ZodType<TopicState<Name>>;
    readonly event: z.ZodType<TopicEvent<Name>>;
  };
};
/** The table again, typed so that a name ties the schemas to the state. */
const schemas: TopicSchemas = topics;

const makeWatch = <Name extends TopicName>(
  topic: Name,
  key: string | undefined,
  observer: TopicObserver<Name>,
): ClientWatch => {
  let held: { readonly revision: number; readonly state: TopicState<Name> } | undefined;
  const hold = (revision: number, state: TopicState<Name>): Outcome => {
    held = { revision, state };
    observer.onState(state);
    return 'taken';
  };
  return {
    topic,
    key,
    snapshot: (revision, state) => {
      const parsed = schemas[topic].snapshot.safeParse(state);
      return parsed.success ? hold(revision, parsed.data) : 'misfit';
    },
    event: (revision, event) => {
      if (held === undefined || revision !== held.revision + 1) return 'gap';
      const parsed = schemas[topic].event.safeParse(event);
      return parsed.success ? hold(revision, applyTopicEvent(topic, held.state, parsed.data)) : 'misfit';
    },
    fail: (error) => observer.onError?.(error),
  };
};

export const createClientWatches = (options: ClientWatchesOptions): ClientWatches => {
  /** Every watch and the id it has on the present wire. */
  const ids = new Map<ClientWatch, number | undefined>();
  const byId = new Map<number, ClientWatch>();

  const send = (watch: ClientWatch): void => {
    const id = options.nextId();
    ids.set(watch, id);
    byId.set(id, watch);
    const { topic, key } = watch;
    options.post(key === undefined ? { type: 'watch', id, topic } : { type: 'watch', id, topic, key });
  };
  /** Forgets the id of a watch on the wire and tells the studio. */
  const unsend = (watch: ClientWatch): void => {
    const id = ids.get(watch);
    if (id === undefined) return;
    ids.set(watch, undefined);
    byId.delete(id);
    if (options.state() === 'open') options.post({ type: 'unwatch', id });
  };
  const drop = (watch: ClientWatch): void => {
    unsend(watch);
    ids.delete(watch);
  };
  const settle = (watch: ClientWatch, outcome: Outcome): void => {
    if (outcome === 'taken') return;
    unsend(watch);
    if (outcome === 'gap') {
      send(watch);
      return;
    }
    ids.delete(watch);
    watch.fail(new StudioError('INTERNAL', `The topic ${watch.topic} does not fit the contract.`));
  };

  return {
    watch: (topic, key, observer) => {
      const watch = makeWatch(topic, key, observer);
      ids.set(watch, undefined);
      if (options.state() === 'open') send(watch);
      return () => drop(watch);
    },
    snapshot: (id, revision, state) => {
      const watch = byId.get(id);
      if (watch !== undefined) settle(watch, watch.snapshot(revision, state));
    },
    event: (id, revision, event) => {
      const watch = byId.get(id);
      if (watch !== undefined) settle(watch, watch.event(revision, event));
    },
    failed: (id, error) => {
      const watch = byId.get(id);
      if (watch === undefined) return false;
      byId.delete(id);
      ids.delete(watch);
      watch.fail(fromWireError(error));
      return true;
    },
    connected: () => {
      for (const watch of ids.keys()) send(watch);
    },
    lost: () => {
      byId.clear();
      for (const watch of ids.keys()) ids.set(watch, undefined);
    },
    close: () => {
      byId.clear();
      ids.clear();
    },
  };
};
