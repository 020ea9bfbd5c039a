export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** The most that it may be; null where it is only told. */
  readonly aim: number | null;
}

export interface Figures {
  note(figure: string, value: number, unit: string, aim?: number): void;
  all(): readonly Figure[];
  /** Those that are above their aim. */
  missed(): readonly Figure[];
}

const shown = (value: number, unit: string): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;

/** Figures of a bench, told as they come. */
export const createFigures = (tell: (line: string) => void): Figures => {
  const figures: Figure[] = [];
  const isMissed = ({ value, aim }: Figure): boolean => aim !== null && value > aim;
  return {
    note: (name, value, unit, aim) => {
      const figure = { figure: name, value, unit, aim: aim ?? null };
      figures.push(figure);
      const judged = aim === undefined ? '' : `aim ${shown(aim, unit)}`.padEnd(14);
      tell(
        `${name.padEnd(62)} ${shown(value, unit).padStart(10)}   ${judged}${isMissed(figure) ? 'missed' : ''}`.trimEnd(),
      );
    },
    all: () => figures,
    missed: () => figures.filter(isMissed),
  };
};
