/** Makes the compiler list the cases: a call with a case that is left over is a type error. */
export const assertNever = (value: never): never => {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
};
