import type { LogLevel } from '#contract/models/instance-log.ts';

const prefix = /^\[(DEBUG|DETAIL|INFO|WARNING|ERROR|CRITICAL)\](?: |$)/;
const levelOfPrefix: Readonly<Record<string, LogLevel>> = {
  DEBUG: 'debug',
  DETAIL: 'debug',
  INFO: 'info',
  WARNING: 'warning',
  ERROR: 'error',
  CRITICAL: 'error',
};

const traceback = /^\s*Traceback \(most recent call last\):/;
/** The last line of a traceback: `RuntimeError: …`, `torch.cuda.OutOfMemoryError: …`. */
const raised = /^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit)\b/;
/** Records of versions before 0.33 and of packs that print for themselves. */
const errorWords =
  /^(?:!!! Exception|ERROR\b|CRITICAL\b|FATAL\b|Error\b|Cannot import\b|Failed to\b)|\(IMPORT FAILED\)/;
const warningWords = /^(?:WARNING\b|Warning\b)|\b\w*Warning: /;
const debugWords = /^DEBUG\b/;

/** Reads the levels of plain lines in their order: what belongs to a traceback has the level of the traceback. */
export const createLevelReader = (): ((plainText: string) => LogLevel) => {
  let inTraceback = false;
  let recordLevel: LogLevel = 'info';
  return (plainText) => {
    const named = prefix.exec(plainText)?.[1];
    if (named !== undefined) {
      recordLevel = levelOfPrefix[named] ?? 'info';
      inTraceback = traceback.test(plainText.replace(prefix, ''));
      return inTraceback ? 'error' : recordLevel;
    }
    if (traceback.test(plainText)) {
      inTraceback = true;
      return 'error';
    }
    if (inTraceback) {
      if (/^\s|^$/.test(plainText)) return 'error';
      inTraceback = false;
      return 'error';
    }
    if (raised.test(plainText) || errorWords.test(plainText)) return 'error';
    if (warningWords.test(plainText)) return 'warning';
    return debugWords.test(plainText) ? 'debug' : 'info';
  };
};
