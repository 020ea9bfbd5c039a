import { basename } from 'node:path';
import { type ErrorCode, StudioError } from '#contract/errors.ts';
import { systemErrorCode } from '../process/system-error.ts';

/** Primary result codes of SQLite (sqlite.org/rescode.html), as `node:sqlite` gives them in `errcode`. */
const sqliteCodes = {
  permission: 3,
  busy: 5,
  locked: 6,
  outOfMemory: 7,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  authorization: 23,
  notADatabase: 26,
} as const;

/** What is wrong with the place where the jobs are kept, for a program or a screen that phrases what to do. */
export type DatabaseTrouble =
  | 'disk-full'
  | 'read-only'
  | 'busy'
  | 'input-output'
  | 'cannot-open'
  | 'damaged'
  | 'not-a-database'
  | 'foreign'
  | 'newer'
  | 'gone'
  | 'backlog'
  | 'closed';

const resultCode = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : null;

/** The trouble that an error of SQLite or of the system tells of; null for a fault of what was to be written. */
export const troubleOf = (error: unknown): DatabaseTrouble | null => {
  const code = resultCode(error);
  if (code === null) return systemTrouble(error);
  switch (code & 0xff) {
    case sqliteCodes.full:
      return 'disk-full';
    case sqliteCodes.readOnly:
      return 'read-only';
    case sqliteCodes.busy:
    case sqliteCodes.locked:
      return 'busy';
    case sqliteCodes.inputOutput:
    case sqliteCodes.outOfMemory:
    case sqliteCodes.protocol:
      return 'input-output';
    case sqliteCodes.cannotOpen:
    case sqliteCodes.permission:
    case sqliteCodes.authorization:
      return 'cannot-open';
    case sqliteCodes.corrupt:
      return 'damaged';
    case sqliteCodes.notADatabase:
      return 'not-a-database';
    default:
      return null;
  }
};

/** The codes of the system; Node's own (ERR_…) and the product's tell of a mistake, not of the disk. */
const systemCode = /^E[A-Z0-9]+$/;

const systemTrouble = (error: unknown): DatabaseTrouble | null => {
  const code = systemErrorCode(error);
  if (code === null || !systemCode.test(code)) return null;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return 'disk-full';
    case 'EROFS':
      return 'read-only';
    case 'EIO':
      return 'input-output';
    default:
      return 'cannot-open';
  }
};

export const codeOfTrouble = (trouble: DatabaseTrouble, during: 'read' | 'write'): ErrorCode => {
  switch (trouble) {
    case 'damaged':
    case 'not-a-database':
    case 'foreign':
      return 'STORE_CORRUPT';
    case 'newer':
      return 'STORE_NEWER_VERSION';
    case 'disk-full':
    case 'read-only':
    case 'busy':
    case 'input-output':
    case 'cannot-open':
    case 'gone':
    case 'backlog':
    case 'closed':
      return during === 'read' ? 'STORE_READ_FAILED' : 'STORE_WRITE_FAILED';
  }
};

const sentences: Readonly<Record<DatabaseTrouble, string>> = {
  'disk-full': 'there is no room left on its disk',
  'read-only': 'it may not be written',
  busy: 'another program holds it',
  'input-output': 'its disk reports an error',
  'cannot-open': 'it cannot be opened',
  damaged: 'it is damaged and stays as it is',
  'not-a-database': 'it is no database and stays as it is',
  foreign: 'it is the database of another program and stays as it is',
  newer: 'it was written by a newer version and stays as it is',
  gone: 'it was removed or replaced while it was in use',
  backlog: 'too much waits to be written',
  closed: 'it is closed',
};

/** The error that the product tells for trouble with the file of the jobs. Details: `file` (its name), `reason` (the trouble). */
export const databaseError = (
  path: string,
  trouble: DatabaseTrouble,
  during: 'read' | 'write',
  options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
): StudioError => {
  const { cause, details } = options;
  const file = basename(path);
  const resultCodeOfCause = resultCode(cause);
  return new StudioError(codeOfTrouble(trouble, during), `${file}: ${sentences[trouble]}.`, {
    details: {
      file,
      reason: trouble,
      ...(resultCodeOfCause === null ? {} : { sqliteCode: resultCodeOfCause }),
      ...(resultCodeOfCause === null && systemErrorCode(cause) !== null ? { systemCode: systemErrorCode(cause) } : {}),
      ...details,
    },
    cause,
  });
};
