/** A map that forgets what was not used for the longest once it holds too much. */
export interface RecentMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  /** From the least to the most recently used. */
  entries(): readonly (readonly [string, Value])[];
  readonly size: number;
}

export const createRecentMap = <Value>(limit: number): RecentMap<Value> => {
  const values = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    values.delete(key);
    values.set(key, value);
    if (values.size <= limit) return;
    const oldest = values.keys().next();
    if (oldest.done !== true) values.delete(oldest.value);
  };
  return {
    // Reading does not count as use: estimates ask for thousands of keys, measurements are what shows that a key matters.
    get: (key) => values.get(key),
    set,
    delete: (key) => {
      values.delete(key);
    },
    entries: () => [...values],
    get size() {
      return values.size;
    },
  };
};
