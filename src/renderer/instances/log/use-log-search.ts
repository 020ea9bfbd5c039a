import { useMemo, useState } from 'react';
import { stripAnsi } from './ansi-line.ts';

export interface LogSearch {
  readonly text: string;
  readonly setText: (text: string) => void;
  /** Numbers of the lines that hold the text. */
  readonly matches: readonly number[];
  /** Place among the matches, from 0; -1 when there are none. */
  readonly position: number;
  readonly step: (by: number) => void;
}

/** Numbers of the lines that hold the text, in any case; none for an empty text. */
export const findLines = (lines: readonly string[], text: string): number[] => {
  if (text === '') return [];
  const wanted = text.toLocaleLowerCase();
  return lines.flatMap((line, index) => (stripAnsi(line).toLocaleLowerCase().includes(wanted) ? [index] : []));
};

/** Searches a growing log; the place among the matches stays on its line while lines are added below. */
export const useLogSearch = (lines: readonly string[]): LogSearch => {
  const [text, setText] = useState('');
  const [current, setCurrent] = useState<number | null>(null);
  const matches = useMemo(() => findLines(lines, text), [lines, text]);
  const position = current === null ? matches.length - 1 : matches.indexOf(current);
  return {
    text,
    setText: (next) => {
      setText(next);
      setCurrent(null);
    },
    matches,
    position,
    step: (by) => {
      if (matches.length === 0) return;
      const next = (position + by + matches.length) % matches.length;
      setCurrent(matches[next] ?? null);
    },
  };
};
