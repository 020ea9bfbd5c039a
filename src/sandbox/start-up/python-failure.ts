/** What a start that fails prints and ends with. */
export interface StartFailure {
  readonly exitCode: number;
  readonly text: string;
}

/** A start that ends with an uncaught Python exception. */
export const tracebackFailure = (place: string, exception: string): StartFailure => ({
  exitCode: 1,
  text: `Traceback (most recent call last):\n  File "main.py", line 1, in <module>\n    ${place}\n${exception}\n`,
});
