import { mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a second start tells the first. */
export interface SecondStart {
  readonly argv: string[];
  readonly workingDirectory: string;
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
};

const takeLink = (link: string): boolean => {
  try {
    symlinkSync(String(process.pid), link);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  }
};

/**
 * One program per user data folder: a link that names the holder's process, as Chromium's own lock. Whoever comes second
 * leaves its arguments in a folder that the first watches. Answers whether this process is the first.
 */
export const lockSingleInstance = (folder: string, onSecond: (second: SecondStart) => void): boolean => {
  const inbox = join(folder, 'SecondStarts');
  const link = join(folder, 'SingletonLock');
  mkdirSync(inbox, { recursive: true });
  if (!takeLink(link)) {
    if (isAlive(Number(readlinkSync(link)))) {
      const second: SecondStart = { argv: process.argv, workingDirectory: process.cwd() };
      const unread = join(folder, `second-${process.pid}`);
      writeFileSync(unread, JSON.stringify(second));
      renameSync(unread, join(inbox, String(process.pid)));
      return false;
    }
    rmSync(link, { force: true });
    if (!takeLink(link)) return false;
  }
  const read = (name: string): void => {
    const file = join(inbox, name);
    try {
      const second: SecondStart = JSON.parse(readFileSync(file, 'utf8'));
      rmSync(file, { force: true });
      onSecond(second);
    } catch (error) {
      // The removal of a file that was read is told too.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  };
  watch(inbox, { persistent: false }, (_change, name) => {
    if (name !== null) read(name);
  });
  process.once('exit', () => rmSync(link, { force: true }));
  return true;
};
