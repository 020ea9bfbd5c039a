import { createHash } from 'node:crypto';

/** How long the same message may take by two ways. */
const windowMs = 2000;
const maxRemembered = 200;
/** A digest takes less room than most messages, and never more than these characters, whatever custom nodes tell. */
const longestKeptText = 44;

/** Where a message was heard: on the websocket that the hub has to an instance, or on that of a job there. */
export type Way = 'relay' | 'job';

/** Tells messages that come by two ways only once. */
export interface RepeatedMessages {
  /** Whether the message that came by this way is new to the client. */
  isNew(way: Way, text: string, now: number): boolean;
  /** How many are remembered: none for longer than the same message may take by two ways, once another one comes. */
  readonly size: number;
}

interface Remembered {
  told: number;
  readonly at: number;
  readonly counts: Record<Way, number>;
}

const keyOf = (text: string): string =>
  text.length <= longestKeptText ? text : createHash('sha256').update(text).digest('base64');

/**
 * What a custom node tells everybody is heard on every websocket to its instance, and what it tells one client on one of them; nothing
 * in a message says which it was. So the n-th of equal messages by one way is taken for the n-th by the other.
 */
export const createRepeatedMessages = (): RepeatedMessages => {
  // In the order in which they were first heard, so that the oldest stand in front.
  const remembered = new Map<string, Remembered>();

  const forgetOld = (now: number): void => {
    for (const [key, { at }] of remembered) {
      if (now - at <= windowMs && remembered.size <= maxRemembered) return;
      remembered.delete(key);
    }
  };

  const recall = (text: string, now: number): Remembered => {
    forgetOld(now);
    const key = keyOf(text);
    const earlier = remembered.get(key);
    if (earlier !== undefined) return earlier;
    const entry = { told: 0, at: now, counts: { relay: 0, job: 0 } };
    remembered.set(key, entry);
    return entry;
  };

  return {
    isNew: (way, text, now) => {
      const entry = recall(text, now);
      entry.counts[way] += 1;
      if (entry.counts[way] <= entry.told) return false;
      entry.told = entry.counts[way];
      return true;
    },
    get size() {
      return remembered.size;
    },
  };
};
