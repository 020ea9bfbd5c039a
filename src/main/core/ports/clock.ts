/** Undoes a subscription or a timer; calling it again does nothing. */
export type Cancel = () => void;

/** Time as a parameter: real in the studio, advanced by hand in tests. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `task` once after `delayMs`, unless cancelled before. */
  schedule(delayMs: number, task: () => void): Cancel;
}

/** A number in [0, 1). */
export type Random = () => number;

/** A fresh canonical lower-case UUID. */
export type MakeId = () => string;
