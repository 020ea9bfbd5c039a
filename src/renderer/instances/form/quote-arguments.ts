const plain = /^[\w@%+=:,./-]+$/;

/** One argument as it is typed in a shell; quoted only when it must be. */
const quoteArgument = (argument: string): string => {
  if (plain.test(argument)) return argument;
  if (!argument.includes("'")) return `'${argument}'`;
  return `"${argument.replaceAll(/(["\\])/g, '\\$1')}"`;
};

/** Arguments as one line that splits into the same arguments again. */
export const quoteArguments = (argv: readonly string[]): string => argv.map(quoteArgument).join(' ');
