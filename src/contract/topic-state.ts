import { applyLanesEvent } from './models/lanes.ts';
import type { TopicEvent, TopicName, TopicState } from './topics.ts';

/** Most of a log that a watcher keeps, whole chunks; the ring of the studio has the same limit. */
export const logRingMaxBytes = 2 * 1024 ** 2;

/** Most events of an instance that a watcher keeps; older ones are asked for. */
export const latestEventsMax = 32;

type Reducers = {
  readonly [Name in TopicName]: (state: TopicState<Name>, event: TopicEvent<Name>) => TopicState<Name>;
};

const replaceOrAppend = <Item>(items: readonly Item[], item: Item, same: (other: Item) => boolean): Item[] => {
  const index = items.findIndex(same);
  return index === -1 ? [...items, item] : items.with(index, item);
};

const reducers: Reducers = {
  instances: (state, event) => {
    switch (event.type) {
      case 'changed': {
        const { id } = event.instance.configuration;
        const instances = replaceOrAppend(state.instances, event.instance, (other) => other.configuration.id === id);
        return { ...state, instances };
      }
      case 'removed':
        return {
          ...state,
          instances: state.instances.filter(({ configuration }) => configuration.id !== event.instanceId),
        };
      case 'active':
        return { ...state, activeInstanceId: event.instanceId };
    }
  },
  telemetry: (_state, event) => event,
  jobs: (state, event) =>
    event.type === 'changed'
      ? { jobs: replaceOrAppend(state.jobs, event.job, (other) => other.id === event.job.id) }
      : { jobs: state.jobs.filter(({ id }) => id !== event.jobId) },
  jobPage: (state, { total, jobIds, changed }) => {
    const rows = new Map([...state.jobs, ...changed].map((job) => [job.id, job]));
    return { total, jobs: jobIds.flatMap((id) => rows.get(id) ?? []) };
  },
  job: (_state, event) => event,
  queue: (_state, event) => event,
  lanes: applyLanesEvent,
  batches: (state, event) =>
    event.type === 'changed'
      ? { batches: replaceOrAppend(state.batches, event.batch, (other) => other.id === event.batch.id) }
      : { batches: state.batches.filter(({ id }) => id !== event.batchId) },
  preview: (_state, event) => event,
  log: (state, event) => {
    const chunks = state.chunks.at(-1)?.endByte === event.startByte ? [...state.chunks, event] : [event];
    let bytes = chunks.reduce((sum, chunk) => sum + chunk.endByte - chunk.startByte, 0);
    let first = 0;
    for (const chunk of chunks.slice(0, -1)) {
      if (bytes <= logRingMaxBytes) break;
      bytes -= chunk.endByte - chunk.startByte;
      first += 1;
    }
    return { chunks: chunks.slice(first) };
  },
  instanceEvents: (state, event) => ({ events: [...state.events, event].slice(-latestEventsMax) }),
  gallery: (_state, event) => event,
  galleryDays: (_state, event) => event,
  galleryPage: (state, { total, itemIds, changed }) => {
    const items = new Map([...state.items, ...changed].map((item) => [item.id, item]));
    return { total, items: itemIds.flatMap((id) => items.get(id) ?? []) };
  },
  migration: (_state, event) => event,
  workflows: (state, event) =>
    event.type === 'changed'
      ? { workflows: replaceOrAppend(state.workflows, event.workflow, (other) => other.id === event.workflow.id) }
      : { workflows: state.workflows.filter(({ id }) => id !== event.workflowId) },
  settings: (_state, event) => event,
  notices: (state, event) =>
    event.type === 'added'
      ? { notices: replaceOrAppend(state.notices, event.notice, (other) => other.id === event.notice.id) }
      : { notices: state.notices.filter(({ id }) => id !== event.noticeId) },
};

/** The state of a topic after one event: the same fold in the studio, in every client and in the tests. */
export const applyTopicEvent = <Name extends TopicName>(
  name: Name,
  state: TopicState<Name>,
  event: TopicEvent<Name>,
): TopicState<Name> => reducers[name](state, event);
