/** Edit distance, given up beyond `limit`. */
const distance = (first: string, second: string, limit: number): number => {
  if (Math.abs(first.length - second.length) > limit) return limit + 1;
  let previous = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let row = 1; row <= first.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= second.length; column += 1) {
      const change = first[row - 1] === second[column - 1] ? 0 : 1;
      current.push(
        Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + change),
      );
    }
    previous = current;
  }
  return previous[second.length] ?? 0;
};

const parts = (flag: string): ReadonlySet<string> => new Set(flag.replace(/^-+/, '').split('-'));

const sharedParts = (first: string, second: string): number => {
  const other = parts(second);
  return [...parts(first)].filter((part) => other.has(part)).length;
};

/**
 * The known flag that was probably meant: a small slip of the keyboard, else one that shares at least two words
 * (`--cors-header-value` for `--enable-cors-header`). Null when none is near.
 */
export const closestFlag = (typed: string, known: readonly string[]): string | null => {
  const limit = Math.max(1, Math.floor(typed.length / 5));
  const near = known
    .map((flag) => ({ flag, far: distance(typed, flag, limit) }))
    .filter(({ far }) => far <= limit)
    .toSorted((first, second) => first.far - second.far)[0];
  if (near !== undefined) return near.flag;
  const akin = known
    .map((flag) => ({ flag, shared: sharedParts(typed, flag) }))
    .filter(({ shared }) => shared >= 2)
    .toSorted((first, second) => second.shared - first.shared)[0];
  return akin?.flag ?? null;
};
