import { calls } from '#contract/calls/index.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers, TopicSources } from '#contract/handlers.ts';
import { settingsSchema } from '#contract/models/settings.ts';
import { createTopicFeed, type PublishedTopic } from '#contract/topic-feed.ts';
import { applyTopicEvent } from '#contract/topic-state.ts';
import type { TopicEvent, TopicName, TopicState } from '#contract/topics.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { TransportLog } from './transport-log.ts';

export interface RecordedLog extends TransportLog {
  readonly lines: { readonly level: 'warn' | 'error'; readonly message: string; readonly fields: unknown }[];
}

export const recordLog = (): RecordedLog => {
  const lines: RecordedLog['lines'] = [];
  return {
    lines,
    warn: (message, fields) => lines.push({ level: 'warn', message, fields }),
    error: (message, fields) => lines.push({ level: 'error', message, fields }),
  };
};

/** Handlers of which only some do something; the others throw, so that a test that meets one sees it. */
export const makeHandlers = (handlers: Partial<CallHandlers>): CallHandlers => {
  const unused = (): never => {
    throw new Error('This call is not part of the test.');
  };
  return { ...Object.fromEntries(Object.keys(calls).map((name) => [name, unused])), ...handlers } as CallHandlers;
};

/** A topic that keeps its state by the same fold as its clients. */
export const foldedTopic = <Name extends TopicName>(
  name: Name,
  initial: TopicState<Name>,
): PublishedTopic<TopicState<Name>, TopicEvent<Name>> => {
  let state = initial;
  const feed = createTopicFeed<TopicState<Name>, TopicEvent<Name>>(() => state);
  return {
    ...feed,
    publish: (event) => {
      state = applyTopicEvent(name, state, event);
      feed.publish(event);
    },
  };
};

export const notice = (number: number): TopicEvent<'notices'> => ({
  type: 'added',
  notice: {
    id: `notice-${number}`,
    severity: 'info',
    code: 'STORE_CORRUPT',
    details: {},
    message: `notice ${number}`,
    at: number,
  },
});

export interface TestStudio {
  readonly dispatcher: Dispatcher;
  readonly log: RecordedLog;
  readonly notices: PublishedTopic<TopicState<'notices'>, TopicEvent<'notices'>>;
  /** The feed of `log:<key>`; only key `one` exists. */
  readonly logOfOne: PublishedTopic<TopicState<'log'>, TopicEvent<'log'>>;
}

/** A studio of a few topics around the given handlers. */
export const makeTestStudio = (
  handlers: Partial<CallHandlers>,
  options: { checkOutput?: boolean } = {},
): TestStudio => {
  const log = recordLog();
  const notices = foldedTopic('notices', { notices: [] });
  const logOfOne = foldedTopic('log', { chunks: [] });
  const settings = createTopicFeed<TopicState<'settings'>, TopicEvent<'settings'>>(() => settingsSchema.parse({}));
  const missing = (): never => {
    throw new StudioError('METHOD_UNKNOWN');
  };
  const topics: TopicSources = {
    instances: missing,
    telemetry: missing,
    jobs: missing,
    jobPage: missing,
    job: missing,
    queue: missing,
    lanes: missing,
    batches: missing,
    preview: () => {
      throw new TypeError('a fault with a secret in /root');
    },
    log: (key) => {
      if (key !== 'one') throw new StudioError('INSTANCE_NOT_FOUND', undefined, { details: { instanceId: key } });
      return logOfOne;
    },
    instanceEvents: missing,
    gallery: missing,
    galleryDays: missing,
    galleryPage: missing,
    migration: missing,
    workflows: missing,
    settings: () => settings,
    notices: () => notices,
  };
  const dispatcher = createDispatcher({
    handlers: makeHandlers(handlers),
    topics,
    log,
    checkOutput: options.checkOutput ?? true,
  });
  return { dispatcher, log, notices, logOfOne };
};
