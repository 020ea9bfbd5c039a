/** What `execution_error` tells about a failed node, in Python's terms. `message` has no trailing newline. */
export interface NodeFailure {
  readonly exceptionType: string;
  readonly message: string;
  readonly traceback: readonly string[];
}

/** The error that a failing node throws. */
export type NodeError = Error & { readonly failure: NodeFailure };

/** A node failure as Python would raise it; `traceback` holds lines of the form `  File "...", line 1, in f\n`. */
export const createNodeError = (exceptionType: string, message: string, traceback: readonly string[] = []): NodeError =>
  Object.assign(new Error(message), { failure: { exceptionType, message, traceback } });

/** Whether a thrown value is a node failure and no defect of the server. */
export const isNodeError = (error: unknown): error is NodeError => error instanceof Error && 'failure' in error;

const pythonNames: Readonly<Record<string, string>> = {
  ENOENT: 'FileNotFoundError',
  EACCES: 'PermissionError',
  EPERM: 'PermissionError',
  EISDIR: 'IsADirectoryError',
  ENOTDIR: 'NotADirectoryError',
};

const systemCode = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Any thrown value as a node failure, so that a full disk or a missing file is reported the way Python does. */
export const toNodeFailure = (error: unknown): NodeFailure => {
  if (isNodeError(error)) return error.failure;
  if (!(error instanceof Error)) return { exceptionType: 'RuntimeError', message: String(error), traceback: [] };
  const code = systemCode(error);
  const exceptionType = code === undefined ? 'RuntimeError' : (pythonNames[code] ?? 'OSError');
  return { exceptionType, message: error.message, traceback: [] };
};
