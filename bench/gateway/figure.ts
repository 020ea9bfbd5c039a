/** One measured figure of the gateway beside what it is compared with. */
export interface Figure {
  readonly part: 'a' | 'b' | 'c' | 'd';
  readonly what: string;
  /** The gateway's own. */
  readonly value: number;
  readonly unit: string;
  /** What it is measured against, by name: the same without the gateway, or with another proxy. */
  readonly beside: Readonly<Record<string, number>>;
  /** The promise in words, and whether it holds; null where nothing is promised. */
  readonly aim: { readonly text: string; readonly isMet: boolean } | null;
}

export const atMost = (value: number, limit: number, unit: string): Figure['aim'] => ({
  text: `at most ${limit} ${unit}`,
  isMet: value <= limit,
});

const shown = (value: number): string => value.toFixed(value >= 100 ? 0 : 2);

const besideText = ({ value, unit, beside }: Figure): string =>
  Object.entries(beside)
    .map(([name, other]) => `${name} ${shown(other)} ${unit} (× ${(value / other).toFixed(2)})`)
    .join(', ');

const aimText = ({ aim }: Figure): string => (aim === null ? '' : `${aim.isMet ? 'met' : 'MISSED'}: ${aim.text}`);

const widths = { what: 54, value: 18, aim: 46 };

/** One line a figure: the gateway's value, its aim, and the ratio to each thing beside it. */
export const figureTable = (figures: readonly Figure[]): string =>
  figures
    .map((figure) => {
      const value = `${shown(figure.value)} ${figure.unit}`.padStart(widths.value);
      const line = `(${figure.part}) ${figure.what.padEnd(widths.what)}${value}  ${aimText(figure).padEnd(widths.aim)}${besideText(figure)}`;
      return line.trimEnd();
    })
    .join('\n');
