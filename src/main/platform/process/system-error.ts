/** The code of a Node system error (ENOENT, EACCES, …), or null for any other value. */
export const systemErrorCode = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** Whether an error is one of the expected ones; everything else has to be thrown on. */
export const hasErrorCode = (error: unknown, ...codes: readonly string[]): boolean => {
  const code = systemErrorCode(error);
  return code !== null && codes.includes(code);
};
