const sameName = (first: string, second: string): boolean =>
  first.trim().toLocaleLowerCase() === second.trim().toLocaleLowerCase();

/** The name, or with the first number in brackets that makes it the only one. */
export const uniqueName = (name: string, taken: readonly string[]): string => {
  const isTaken = (candidate: string): boolean => taken.some((each) => sameName(each, candidate));
  if (!isTaken(name)) return name;
  const stem = name.replace(/ \(\d+\)$/, '');
  for (let number = 2; ; number += 1) if (!isTaken(`${stem} (${number})`)) return `${stem} (${number})`;
};
