/** Characters of all texts in a value of JSON: pictures written into graphs make most of what a job weighs. */
export const countCharacters = (value: unknown): number => {
  let count = 0;
  const pending = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') count += next.length;
    else if (typeof next === 'object' && next !== null) {
      for (const [key, child] of Object.entries(next)) {
        count += key.length;
        pending.push(child);
      }
    }
  }
  return count;
};
