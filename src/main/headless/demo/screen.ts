/** Where the demo prints: a terminal that can be redrawn, or a plain stream. */
export interface DemoScreen {
  /** Draws the table over the one before; a plain stream gets it only when its lines changed in kind. */
  draw(lines: readonly string[]): void;
  /** Prints below the table. */
  print(line: string): void;
}

export interface DemoStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const up = (lineCount: number): string => (lineCount === 0 ? '' : `\u001b[${lineCount}A`);
const clearDown = '\u001b[0J';

/** Percentages and bars change many times a second; without them a plain log stays readable. */
const withoutProgress = (line: string): string => line.replace(/[█░]+ +\d+ %/u, '').trimEnd();

export const createScreen = (stream: DemoStream): DemoScreen => {
  let drawn: readonly string[] = [];
  let plain = '';
  return {
    draw: (lines) => {
      if (stream.isTTY === true) {
        stream.write(`${up(drawn.length)}${clearDown}${lines.map((line) => `${line}\n`).join('')}`);
        drawn = lines;
        return;
      }
      const text = lines.map(withoutProgress).join('\n');
      if (text !== plain) stream.write(`${text}\n\n`);
      plain = text;
    },
    print: (line) => {
      stream.write(`${line}\n`);
      drawn = [];
    },
  };
};
