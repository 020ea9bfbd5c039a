/** Descriptive texts were removed from the recorded class descriptions; keys that are null there were as well. */
const textKeys: ReadonlySet<string> = new Set(['description', 'tooltip', 'output_tooltips', 'search_aliases']);

/** A class description without its texts, and without keys that say nothing. */
export const withoutTexts = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, each]) => !textKeys.has(key) && !(key === 'essentials_category' && each === null),
  );
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutTexts(each)]));
};
