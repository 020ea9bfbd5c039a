/** Keeps what is dear to hold and cheap to read again, the latest used first, up to a weight. */
export interface LoadingCache<Value> {
  put(key: string, value: Value): void;
  /** From memory, or read again; null where it cannot be had. */
  get(key: string): Value | null;
  /** From memory alone; it does not count as used. */
  peek(key: string): Value | null;
}

interface Entry<Value> {
  readonly value: Value;
  readonly weight: number;
}

export const createLoadingCache = <Value>(
  maxWeight: number,
  weigh: (value: Value) => number,
  load: (key: string) => Value | null,
): LoadingCache<Value> => {
  // A Map keeps the order of insertion, so that the first entry is the one that was used least lately.
  const entries = new Map<string, Entry<Value>>();
  let weight = 0;

  const drop = (key: string): void => {
    weight -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  };

  const put = (key: string, value: Value): void => {
    drop(key);
    const entry = { value, weight: weigh(value) };
    if (entry.weight > maxWeight) return;
    entries.set(key, entry);
    weight += entry.weight;
    for (const oldest of entries.keys()) {
      if (weight <= maxWeight) break;
      drop(oldest);
    }
  };

  return {
    put,
    peek: (key) => entries.get(key)?.value ?? null,
    get: (key) => {
      const entry = entries.get(key);
      if (entry !== undefined) {
        entries.delete(key);
        entries.set(key, entry);
        return entry.value;
      }
      const loaded = load(key);
      if (loaded !== null) put(key, loaded);
      return loaded;
    },
  };
};
