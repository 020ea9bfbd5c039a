import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const fixture = fileURLToPath(new URL('add-often.fixture.ts', import.meta.url));

export interface AddingProcess {
  readonly child: ChildProcess;
  /** Resolves with all lines when it has ended. */
  readonly lines: Promise<readonly string[]>;
}

export interface AddingOptions {
  readonly path: string;
  readonly callers?: number;
  readonly paddingCharacters?: number;
  /** Put before the command, such as a limit of the shell. */
  readonly limit?: string;
  /** Another user than this one, where this one may choose. */
  readonly userId?: number;
  /** Goes on trying when a write fails. */
  readonly persist?: boolean;
  readonly onLine?: (line: string, count: number) => void;
}

/** Runs the fixture that adds jobs until it is killed or fails. */
export const startAdding = (options: AddingOptions): AddingProcess => {
  const { path, callers = 1, paddingCharacters = 0, limit = '', userId, persist = false, onLine } = options;
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', fixture];
  const values = [path, String(callers), String(paddingCharacters), persist ? 'persist' : ''];
  const child = spawn('bash', ['-c', `${limit} exec "$0" "$@"`, ...command, ...values], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(userId === undefined ? {} : { uid: userId, gid: userId }),
  });
  const ended = once(child, 'close');
  const read = async (): Promise<readonly string[]> => {
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      onLine?.(line, lines.length);
    }
    await ended;
    return lines;
  };
  return { child, lines: read() };
};
