import { memo, type ReactNode } from 'react';
import { type AnsiPiece, parseAnsiLine } from './ansi-line.ts';
import classes from './log.module.css';

interface LogRowProps {
  readonly line: string;
  readonly search: string;
  readonly found: boolean;
}

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

/** One line of a log in its colours. */
export const LogRow = memo(
  ({ line, search, found }: LogRowProps): ReactNode => (
    <div className={classes.row} data-found={found || undefined}>
      {parseAnsiLine(line).map((piece, index) => (
        // Pieces of a line never move, so their place is their identity.
        // oxlint-disable-next-line react/no-array-index-key
        <Piece key={index} piece={piece} search={search} />
      ))}
    </div>
  ),
);
LogRow.displayName = 'LogRow';
