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

const systemTexts: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
};

const propertyOf = (error: Error, name: string): unknown => Object.getOwnPropertyDescriptor(error, name)?.value;

/** The exception of an address that cannot be bound, as asyncio words it. */
export const bindException = (error: Error, address: string, port: number): string => {
  const errno = propertyOf(error, 'errno');
  const number = typeof errno === 'number' ? Math.abs(errno) : 0;
  const code = propertyOf(error, 'code');
  const text = (typeof code === 'string' ? systemTexts[code] : undefined) ?? error.message;
  return `OSError: [Errno ${number}] error while attempting to bind on address ('${address}', ${port}): ${text}`;
};
