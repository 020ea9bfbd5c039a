/** How long the same message may take by two ways. */
const windowMs = 2000;
const maxRemembered = 200;

/** Where a message was heard: on the websocket that the hub has to an instance, or on that of a job there. */
export type Way = 'relay' | 'job';

/** Tells messages that come by two ways only once. */
export interface RepeatedMessages {
  /** Whether the message that came by this way is new to the client. */
  isNew(way: Way, text: string, now: number): boolean;
}

interface Remembered {
  told: number;
  readonly at: number;
  readonly counts: Record<Way, number>;
}

/**
 * What a custom node tells everybody is heard on every websocket to its instance, and what it tells one client on one of them; nothing
 * in a message says which it was. So the n-th of equal messages by one way is taken for the n-th by the other.
 */
export const createRepeatedMessages = (): RepeatedMessages => {
  const remembered = new Map<string, Remembered>();

  const recall = (text: string, now: number): Remembered => {
    const earlier = remembered.get(text);
    if (earlier !== undefined && now - earlier.at <= windowMs) return earlier;
    const entry = { told: 0, at: now, counts: { relay: 0, job: 0 } };
    remembered.delete(text);
    remembered.set(text, entry);
    const [oldest] = remembered.keys();
    if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
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
  };
};
