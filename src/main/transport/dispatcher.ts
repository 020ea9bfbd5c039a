import type { z } from 'zod';
import { type CallName, type CallOutput, calls, isCallName, type ParsedCallInput } from '#contract/calls/index.ts';
import type { Access, TopicDefinition } from '#contract/define.ts';
import { StudioError, toWireError, type WireError } from '#contract/errors.ts';
import type { CallContext, CallHandlers, TopicSources } from '#contract/handlers.ts';
import type { TopicFeed } from '#contract/topic-feed.ts';
import { isTopicName, type TopicName, topics } from '#contract/topics.ts';
import { requireAccess } from './access-level.ts';
import { parseInput, parseOutput } from './parse-values.ts';
import { errorFields, type TransportLog } from './transport-log.ts';

export interface DispatcherOptions {
  readonly handlers: CallHandlers;
  readonly topics: TopicSources;
  readonly log: TransportLog;
  /** Also parse what handlers and feeds answer: for development and tests, where a wrong answer must not go unseen. */
  readonly checkOutput: boolean;
}

export type CallOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: WireError };

export interface OpenTopic extends TopicFeed<unknown, unknown> {
  /** An event as it may be sent; throws where output is checked and the event breaks the contract. */
  checked(event: unknown): unknown;
}

/** The one door to the studio: every wire and the plain HTTP form go through it. */
export interface Dispatcher {
  /** Runs a call. Never rejects: whatever goes wrong is told as a wire error, an unexpected one as INTERNAL without text. */
  dispatch(method: string, input: unknown, context: CallContext): Promise<CallOutcome>;
  /** The feed of a topic; throws METHOD_UNKNOWN, AUTH_FORBIDDEN, INPUT_INVALID or what its owner throws for a key. */
  openTopic(topic: string, key: string | undefined, access: Access): OpenTopic;
  /** The wire error of anything thrown; what is not a StudioError is logged with its stack. */
  describeFailure(during: string, error: unknown): WireError;
}

/** The table again, typed so that one name ties the schema to the handler. */
type CallSchemas = {
  readonly [Name in CallName]: {
    readonly access: Access;
    readonly input: z.ZodType<ParsedCallInput<Name>>;
    readonly output: z.ZodType<CallOutput<Name>>;
  };
};
const callSchemas: CallSchemas = calls;
const topicDefinitions: Readonly<Record<TopicName, TopicDefinition>> = topics;

export const createDispatcher = (options: DispatcherOptions): Dispatcher => {
  const { handlers, log, checkOutput } = options;

  const describeFailure = (during: string, error: unknown): WireError => {
    if (!(error instanceof StudioError) || error.code === 'INTERNAL') {
      log.error(`Unexpected error in ${during}`, errorFields(error));
    }
    return toWireError(error);
  };

  const run = async <Name extends CallName>(
    name: Name,
    input: unknown,
    context: CallContext,
  ): Promise<CallOutput<Name>> => {
    const schemas = callSchemas[name];
    requireAccess(schemas.access, context.access);
    const parsed = parseInput(schemas.input, input);
    context.signal.throwIfAborted();
    const value = await handlers[name](parsed, context);
    return checkOutput ? parseOutput(schemas.output, value) : value;
  };

  return {
    dispatch: async (method, input, context) => {
      try {
        if (!isCallName(method)) throw new StudioError('METHOD_UNKNOWN');
        return { ok: true, value: await run(method, input, context) };
      } catch (error) {
        return { ok: false, error: describeFailure(method, asCancelled(error, context.signal)) };
      }
    },
    openTopic: (topic, key, access) => {
      if (!isTopicName(topic)) throw new StudioError('METHOD_UNKNOWN');
      const { keyed, access: needed } = topicDefinitions[topic];
      requireAccess(needed, access);
      if (keyed !== (key !== undefined)) {
        throw new StudioError('INPUT_INVALID', keyed ? 'The topic needs a key.' : 'The topic has no key.', {
          details: { issues: [{ path: 'key', message: keyed ? 'needed' : 'not allowed' }] },
        });
      }
      return openFeed(topic, options.topics, { key, checkOutput });
    },
    describeFailure,
  };
};

/** A handler that stops because its signal fired throws what its tools throw (AbortError); the caller gets the reason. */
const asCancelled = (error: unknown, signal: AbortSignal): unknown => {
  if (!signal.aborted || error instanceof StudioError) return error;
  return signal.reason instanceof StudioError ? signal.reason : new StudioError('CALL_CANCELLED');
};

const openFeed = (
  name: TopicName,
  sources: TopicSources,
  options: { readonly key: string | undefined; readonly checkOutput: boolean },
): OpenTopic => {
  const feed: TopicFeed<unknown, unknown> = sources[name](options.key);
  const schemas = topicDefinitions[name];
  return {
    revision: () => feed.revision(),
    snapshot: () => (options.checkOutput ? parseOutput(schemas.snapshot, feed.snapshot()) : feed.snapshot()),
    listen: (listener) => feed.listen(listener),
    checked: (event) => (options.checkOutput ? parseOutput(schemas.event, event) : event),
  };
};
