import { createStudioClient } from '#contract/client.ts';
import type { TopicName, TopicState } from '#contract/topics.ts';
import { wireConstants } from '#contract/wire-constants.ts';
import { webSocketClientWire } from '#contract/wires/web-socket-client.ts';
import type { HeadlessStudio } from '../e2e/hosts/headless-studio.ts';
import { waitFor } from './studio-client.ts';
import type { OnFinished } from './studio-fixture.ts';

export interface WatchedTopic<Name extends TopicName> {
  /** Every state so far, the newest last. */
  readonly states: readonly TopicState<Name>[];
  /** The first state, old or new, that looks as wanted. */
  until(fits: (state: TopicState<Name>) => boolean, limitMs?: number): Promise<TopicState<Name>>;
}

/** Watches a topic as a screen does, over the websocket of the studio. Keeps the last `kept` states. */
export const watchTopic = async <Name extends TopicName>(
  studio: HeadlessStudio,
  topic: Name,
  options: { readonly onFinished: OnFinished; readonly key?: string; readonly kept?: number },
): Promise<WatchedTopic<Name>> => {
  const { key, kept = 10_000 } = options;
  const address = `${studio.ready.studio.replace('http', 'ws')}${wireConstants.webSocketPath}`;
  const client = createStudioClient(() => webSocketClientWire(new WebSocket(address)), {
    random: Math.random,
    schedule: (delayMs, task) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
  });
  options.onFinished(async () => client.close());
  const states: TopicState<Name>[] = [];
  let failure: Error | null = null;
  client.watch(topic, key, {
    onState: (state) => {
      states.push(state);
      if (states.length > kept) states.shift();
    },
    onError: (error) => {
      failure = error;
    },
  });
  const until: WatchedTopic<Name>['until'] = async (fits, limitMs) => {
    const found = await waitFor(
      `topic ${topic}`,
      () => {
        if (failure !== null) throw failure;
        return states.find(fits) ?? null;
      },
      (state) => state !== null,
      limitMs,
    );
    if (found === null) throw new Error('unreachable');
    return found;
  };
  await until(() => true);
  return { states, until };
};
