import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'out', '.built');

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

/**
 * Builds `out/` when a source changed since the last time. Everything it prints goes to stderr, since callers promise what
 * stands on stdout.
 */
export const ensureBuilt = (options: { force?: boolean } = {}): void => {
  if (options.force !== true && isFresh()) return;
  process.stderr.write('Building the studio (once after each change) ...\n');
  rmSync(stamp, { force: true });
  const cli = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const startedAt = Date.now();
  const result = spawnSync(process.execPath, [cli, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}\nThe build failed.\n`);
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${new Date(startedAt).toISOString()}\n`);
};

if (import.meta.main) ensureBuilt({ force: process.argv.includes('--force') });
