import { memo, type ReactNode } from 'react';
import type { LogLine } from '#contract/models/instance-log.ts';
import { type AnsiPiece, parseAnsiLine } from './ansi-line.ts';
import classes from './log.module.css';

/** The text with every occurrence of the search marked. */
const marked = (text: string, search: string): ReactNode => {
  if (search === '') return text;
  const parts: ReactNode[] = [];
  const lower = text.toLocaleLowerCase();
  const wanted = search.toLocaleLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at));
    parts.push(
      <mark key={at} className={classes.mark}>
        {text.slice(at, at + wanted.length)}
      </mark>,
    );
    from = at + wanted.length;
  }
  parts.push(text.slice(from));
  return parts;
};

const Piece = ({ piece, search }: { piece: AnsiPiece; search: string }): ReactNode => (
  <span
    data-colour={piece.colour ?? undefined}
    data-bold={piece.bold || undefined}
    data-dim={piece.dim || undefined}
    data-underline={piece.underline || undefined}
  >
    {marked(piece.text, search)}
  </span>
);

interface LogLineRowProps {
  /** undefined while the line is on its way. */
  readonly line: LogLine | undefined;
  /** Digits of the highest number, so that the texts begin in one place. */
  readonly digits: number;
  readonly search: string;
  readonly found: boolean;
}

/** One line of a log with its number, in its colours. */
export const LogLineRow = memo(
  ({ line, digits, search, found }: LogLineRowProps): ReactNode => (
    <div className={classes.row} data-found={found || undefined} data-level={line?.level}>
      <span className={classes.number} style={{ minInlineSize: `${digits}ch` }} aria-hidden>
        {line === undefined ? '' : line.number + 1}
      </span>
      <span className={classes.text}>
        {line === undefined
          ? ''
          : parseAnsiLine(line.text).map((piece, index) => (
              // Pieces of a line never move, so their place is their identity.
              // oxlint-disable-next-line react/no-array-index-key
              <Piece key={index} piece={piece} search={search} />
            ))}
      </span>
    </div>
  ),
);
LogLineRow.displayName = 'LogLineRow';
