import { spawnSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'out');
const stamp = join(out, '.built');

/** What the build is made from; `out` is stale when one of these is newer than its stamp. */
const sources = ['src', 'resources', 'electron.vite.config.ts', 'package-lock.json'];

const newestMs = (path: string): number => {
  if (!existsSync(path)) return 0;
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestMs(join(path, name))), status.mtimeMs);
};

const isFresh = (): boolean =>
  existsSync(stamp) && sources.every((source) => newestMs(join(root, source)) <= statSync(stamp).mtimeMs);

const lockFile = join(root, '.build.lock');
const lockLimitMs = 180_000;

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
};

const tryLock = (): boolean => {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const holder = existsSync(lockFile) ? Number(readFileSync(lockFile, 'utf8')) : 0;
    // A builder that was killed leaves its lock behind.
    if (holder > 0 && !isRunning(holder)) rmSync(lockFile, { force: true });
    return false;
  }
};

/** Two commands after one change would build at the same time; the second one waits and finds everything fresh. */
const withLock = (work: () => void): void => {
  const deadline = Date.now() + lockLimitMs;
  while (!tryLock()) {
    if (Date.now() > deadline) throw new Error(`Another build holds ${lockFile} for too long.`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  try {
    work();
  } finally {
    rmSync(lockFile, { force: true });
  }
};

const build = (): void => {
  process.stderr.write('Building the studio (once after each change) ...\n');
  const fresh = `${out}.new`;
  const old = `${out}.old`;
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  const startedAt = Date.now();
  const cli = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const result = spawnSync(process.execPath, [cli, 'build', '--logLevel', 'warn'], {
    cwd: root,
    env: { ...process.env, ATELIER_BUILD_FOLDER: fresh },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  if (result.status !== 0) throw new Error(`${result.stdout}${result.stderr}\nThe build failed.`);
  const built = join(fresh, '.built');
  writeFileSync(built, '');
  // A source that changed while it was built is newer than the stamp.
  utimesSync(built, new Date(startedAt), new Date(startedAt));
  if (existsSync(out)) renameSync(out, old);
  renameSync(fresh, out);
  rmSync(old, { recursive: true, force: true });
};

/**
 * Builds `out/` when a source changed since the last time: beside the old one, then swapped in, so that a studio that runs never
 * misses its files for longer than a rename. Everything it prints goes to stderr, since callers promise what stands on stdout.
 */
export const ensureBuilt = (options: { force?: boolean } = {}): void => {
  if (options.force !== true && isFresh()) return;
  withLock(() => {
    if (options.force === true || !isFresh()) build();
  });
};

if (import.meta.main) ensureBuilt({ force: process.argv.includes('--force') });
