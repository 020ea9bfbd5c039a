import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bench');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length))
  .sort();
const [name, ...args] = process.argv.slice(2);

if (name === undefined || !existsSync(join(folder, `${name}.ts`))) {
  process.stderr.write(`Usage: npm run bench -- NAME [--json]\nBenchmarks: ${names.join(', ')}\n`);
  process.exitCode = 2;
} else {
  process.exitCode =
    spawnSync(process.execPath, [join(folder, `${name}.ts`), ...args], { stdio: 'inherit' }).status ?? 1;
}
