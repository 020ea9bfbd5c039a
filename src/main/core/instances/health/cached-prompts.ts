/** How many prompts' models an instance keeps that may fill the memory of the machine: a cautious guess, since sizes are not known. */
const promptsInMemory = 4;

const valuesOf = (argv: readonly string[], flag: string): readonly string[] | null => {
  const joined = argv.find((argument) => argument.startsWith(`${flag}=`));
  if (joined !== undefined) return [joined.slice(flag.length + 1)];
  const at = argv.indexOf(flag);
  if (at === -1) return null;
  const after = argv.slice(at + 1);
  const end = after.findIndex((argument) => argument.startsWith('--'));
  return end === -1 ? after : after.slice(0, end);
};

/**
 * How many of its last prompts an instance remembers, models included, by the arguments that it reports itself: one, unless it was
 * given a cache that holds more (comfyui-protocol.md 5.2). `--cache-ram` with one value leaves the older prompts at their default,
 * which forgets them at once.
 */
export const cachedPromptsOf = (argv: readonly string[]): number => {
  const count = Number(valuesOf(argv, '--cache-lru')?.[0]);
  if (Number.isInteger(count) && count > 1) return count;
  return (valuesOf(argv, '--cache-ram')?.length ?? 0) > 1 ? promptsInMemory : 1;
};
