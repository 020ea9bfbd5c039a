type Comparable = string | number | null | readonly Comparable[] | { readonly dict: readonly Comparable[] };

/** To Python true is 1 and false is 0, also within lists and dicts; the order of a dict's keys does not count. */
const comparable = (value: unknown): Comparable => {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { dict: entries.map(([key, item]) => [key, comparable(item)]) };
};

/** A text that is the same for two values that JSON carried exactly if Python's `==` calls them equal. */
export const equalityKey = (value: unknown): string => JSON.stringify(comparable(value));

/** Values to look others up among, as Python's `in` does. */
export interface PythonList {
  has(value: unknown): boolean;
}

/** Reads a list once, so that looking up among thousands of names costs nothing. */
export const pythonList = (values: readonly unknown[]): PythonList => {
  const texts = new Set(values.filter((value) => typeof value === 'string'));
  const others = new Set(values.filter((value) => typeof value !== 'string').map(equalityKey));
  return { has: (value) => (typeof value === 'string' ? texts.has(value) : others.has(equalityKey(value))) };
};

/** The values in their order, each of those that Python calls equal once: the first. */
export const distinctValues = (values: readonly unknown[]): readonly unknown[] => {
  const texts = new Set<string>();
  const others = new Set<string>();
  return values.filter((value) => {
    const [seen, key] = typeof value === 'string' ? [texts, value] : [others, equalityKey(value)];
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
};
