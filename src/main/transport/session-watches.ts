import type { Access } from '#contract/define.ts';
import { StudioError, toWireError } from '#contract/errors.ts';
import type { ClientMessage, StudioMessage } from '#contract/wire.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { SessionLimits } from './session-limits.ts';
import { startWatch, type Watch } from './watch.ts';

export interface SessionWatchesOptions {
  readonly dispatcher: Dispatcher;
  readonly access: Access;
  readonly limits: SessionLimits;
  /** Whether the wire takes more events at the moment. */
  readonly mayPost: () => boolean;
  readonly post: (message: StudioMessage) => void;
}

/** The watches of one wire. */
export interface SessionWatches {
  has(id: number): boolean;
  start(message: Extract<ClientMessage, { type: 'watch' }>): void;
  stop(id: number): void;
  /** Sends what was held back; for when the wire takes more again. */
  flush(): void;
  /** Ends all of them for good. */
  close(): void;
}

export const createSessionWatches = (options: SessionWatchesOptions): SessionWatches => {
  const { dispatcher, limits, post, mayPost } = options;
  const running = new Map<number, Watch>();
  let closed = false;

  const refuse = (id: number, topic: string, error: unknown): void => {
    post({ type: 'reply', id, ok: false, error: dispatcher.describeFailure(`watch ${topic}`, error) });
  };

  const open = ({ id, topic, key }: Extract<ClientMessage, { type: 'watch' }>): void => {
    let failed = false;
    const watch = startWatch({
      id,
      topic: dispatcher.openTopic(topic, key, options.access),
      maxQueuedEvents: limits.maxQueuedEvents,
      mayPost,
      post,
      failed: (error) => {
        failed = true;
        running.delete(id);
        refuse(id, topic, error);
      },
    });
    // Sending the snapshot may have ended this watch or the whole wire already.
    if (closed) watch.stop();
    else if (!failed) running.set(id, watch);
  };

  /** Sends one message of the watch whose turn it is; whoever sent goes to the end, so that a busy log starves nobody. */
  const sendNext = (): boolean => {
    for (const [id, watch] of running) {
      if (!watch.sendOne()) continue;
      if (running.delete(id)) running.set(id, watch);
      return true;
    }
    return false;
  };

  return {
    has: (id) => running.has(id),
    start: (message) => {
      if (running.size >= limits.maxWatches) {
        post({ type: 'reply', id: message.id, ok: false, error: toWireError(new StudioError('CALL_TOO_MANY')) });
        return;
      }
      try {
        open(message);
      } catch (error) {
        refuse(message.id, message.topic, error);
      }
    },
    stop: (id) => {
      running.get(id)?.stop();
      running.delete(id);
    },
    flush: () => {
      for (let sent = sendNext(); sent; ) sent = sendNext();
    },
    close: () => {
      closed = true;
      for (const watch of running.values()) watch.stop();
      running.clear();
    },
  };
};
