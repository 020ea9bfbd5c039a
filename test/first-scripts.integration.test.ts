import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const pages = join(import.meta.dirname, '..', 'out', 'renderer');
const limitBytes = 300_000;

/** Scripts that the page asks for by itself, before any page of the program is opened. */
const firstScripts = (): readonly string[] => {
  const page = readFileSync(join(pages, 'index.html'), 'utf8');
  const addresses = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/gu)].map(([, address = '']) => address);
  return addresses.map((address) => join(pages, address));
};

it('the first scripts are at most 300 kB as they are sent', () => {
  const scripts = firstScripts();
  expect(scripts.length).toBeGreaterThan(1);
  const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);
  expect(bytes).toBeLessThanOrEqual(limitBytes);
});
