/** One measured figure and what it should be; `aim` is null where nothing is promised. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly aim: number | null;
  /** Whether more is better, such as jobs a second. */
  readonly higherIsBetter: boolean;
}

export const rate = (name: string, value: number, aim: number | null): Row => ({
  name,
  value,
  unit: '1/s',
  aim,
  higherIsBetter: true,
});

export const duration = (name: string, value: number, unit: 'ms' | 's', aim: number | null): Row => ({
  name,
  value,
  unit,
  aim,
  higherIsBetter: false,
});

const judged = ({ value, aim, unit, higherIsBetter }: Row): string => {
  if (aim === null) return '';
  const ratio = higherIsBetter ? value / aim : aim / value;
  return `${ratio.toFixed(2)} × the aim of ${aim} ${unit}${ratio < 1 ? '   MISSED' : ''}`;
};

/** Tables that are printed one after the other stand in line. */
const nameWidth = 54;

/** The rows as a table; above 1 × the aim is better than it. */
export const table = (rows: readonly Row[]): string => {
  const line = (row: Row): string => {
    const value = row.value.toFixed(row.value >= 100 ? 0 : 2).padStart(10);
    return `${row.name.padEnd(nameWidth)} ${value} ${row.unit.padEnd(4)} ${judged(row)}`.trimEnd();
  };
  return `${rows.map(line).join('\n')}\n`;
};

export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
