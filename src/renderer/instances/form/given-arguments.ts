import type { OfferedFlag } from '#contract/models/instance.ts';
import { quoteArguments } from './quote-arguments.ts';
import { splitArguments } from './split-arguments.ts';

/** A flag that stands in the typed line, with the values that follow it. */
export interface GivenArgument {
  readonly name: string;
  readonly values: readonly string[];
}

const isFlag = (word: string): boolean => /^--?[A-Za-z]/.test(word);

/** The typed line as flags with their values; values before the first flag have no name. */
export const givenArguments = (line: string): readonly GivenArgument[] => {
  const given: { name: string; values: string[] }[] = [];
  for (const word of splitArguments(line)) {
    if (isFlag(word)) {
      const equals = word.indexOf('=');
      given.push(
        equals > 0 ? { name: word.slice(0, equals), values: [word.slice(equals + 1)] } : { name: word, values: [] },
      );
    } else if (given.length === 0) given.push({ name: '', values: [word] });
    else given.at(-1)?.values.push(word);
  }
  return given;
};

const lineOf = (given: readonly GivenArgument[]): string =>
  quoteArguments(given.flatMap(({ name, values }) => (name === '' ? values : [name, ...values])));

/** The line with a flag at its end; one that excludes it, or the same one, gives way. */
export const withFlag = (line: string, flag: OfferedFlag): string => {
  const rest = givenArguments(line).filter(({ name }) => name !== flag.flag && !flag.excludes.includes(name));
  const first = flag.takesValue === 'one' ? flag.choices?.[0] : undefined;
  return lineOf([...rest, { name: flag.flag, values: first === undefined ? [] : [first] }]);
};

export const withoutArgument = (line: string, position: number): string =>
  lineOf(givenArguments(line).filter((_each, index) => index !== position));

export const withArgument = (line: string, position: number, changed: Partial<GivenArgument>): string =>
  lineOf(givenArguments(line).map((each, index) => (index === position ? { ...each, ...changed } : each)));
