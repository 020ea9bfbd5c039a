import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const electronFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));

/** The time the download of Electron's binary may take before the studio opens in the browser instead. */
const downloadTimeoutMs = 180_000;

const hasDisplay = (): boolean =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

const binaryIsThere = (): boolean =>
  existsSync(join(electronFolder, 'path.txt')) && existsSync(join(electronFolder, 'dist'));

/** Why no Electron window can be opened here, or null when it can. */
const obstacle = (): string | null => {
  if (!hasDisplay()) return 'there is no display';
  if (binaryIsThere()) return null;
  process.stderr.write('Fetching the Electron binary (once) ...\n');
  spawnSync(process.execPath, [join(electronFolder, 'install.js')], { timeout: downloadTimeoutMs, stdio: 'ignore' });
  return binaryIsThere() ? null : "Electron's binary cannot be fetched";
};

const reason = obstacle();
if (reason === null) {
  ensureBuilt();
  const child = spawn(process.execPath, [join(electronFolder, 'cli.js'), root, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} else {
  process.stdout.write(`No desktop window (${reason}): the studio opens in the browser instead.\n`);
  process.argv.push('--open');
  await import('./serve.ts');
}
