import type { StudioMessage } from '#contract/wire.ts';
import type { OpenTopic } from './dispatcher.ts';

export interface WatchOptions {
  readonly id: number;
  readonly topic: OpenTopic;
  readonly maxQueuedEvents: number;
  /** Whether the wire takes more at the moment. */
  readonly mayPost: () => boolean;
  readonly post: (message: StudioMessage) => void;
  /** The feed failed: the watch is over. Called at most once. */
  readonly failed: (error: unknown) => void;
}

export interface Watch {
  /** Sends one message that was held back; answers false when there is none or the wire takes no more. */
  sendOne(): boolean;
  stop(): void;
}

/**
 * One watch of one wire: a snapshot, then every event with the next revision. While the wire is slow events wait in a
 * bounded queue; when that is full, or a revision is missing, the queue is dropped for a snapshot. The first load, a
 * reconnect and an overflow are therefore one path.
 */
export const startWatch = (options: WatchOptions): Watch => {
  const { id, topic, mayPost, post } = options;
  let queue: { readonly revision: number; readonly event: unknown }[] = [];
  let snapshotDue = true;
  let lastRevision = 0;
  let stopped = false;

  /** Sends the next message if there is one and the wire takes it. */
  const sendNext = (): boolean => {
    if (stopped || !mayPost()) return false;
    if (snapshotDue) {
      snapshotDue = false;
      lastRevision = topic.revision();
      post({ type: 'snapshot', id, revision: lastRevision, state: topic.snapshot() });
      return true;
    }
    const next = queue.shift();
    if (next === undefined) return false;
    lastRevision = next.revision;
    post({ type: 'event', id, revision: next.revision, event: topic.checked(next.event) });
    return true;
  };

  // The publisher calls this in the middle of its own work, so nothing may be thrown out of here.
  const sendOne = (): boolean => {
    try {
      return sendNext();
    } catch (error) {
      stop();
      options.failed(error);
      return false;
    }
  };

  const take = (revision: number, event: unknown): void => {
    if (stopped) return;
    const expected = (queue.at(-1)?.revision ?? lastRevision) + 1;
    if (revision !== expected || queue.length >= options.maxQueuedEvents) snapshotDue = true;
    else queue.push({ revision, event });
    if (snapshotDue) queue = [];
    sendOne();
  };

  const forget = topic.listen(take);
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    queue = [];
    forget();
  };
  sendOne();
  return { sendOne, stop };
};
