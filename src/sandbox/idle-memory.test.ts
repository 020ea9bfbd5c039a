import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Packages that cost an idle server megabytes when they are imported: they are loaded by other ways, or on demand. */
const heavy = ['node:http', 'node:https', 'ws', 'sharp', '@fastify/busboy', 'zod', 'fastify'];

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
);

/** What a file imports when it is loaded, types aside. */
const importsOf = (file: string): string[] => {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  return [...text.matchAll(/^import (?!type )[^;]*?from '([^']+)';/gm)].map(([, name = '']) => name);
};

it('no heavy package is loaded while the server is idle', () => {
  // The conformance suite has clients of its own; of its files the server loads only the node pack.
  const served = sources.filter((file) => !file.startsWith('conformance') || file.endsWith('test-nodes.ts'));
  expect(served.length).toBeGreaterThan(80);
  const found = served.flatMap((file) => importsOf(file).map((name) => `${file} imports ${name}`));
  expect(found.length).toBeGreaterThan(200);
  const offenders = found.filter((line) => heavy.some((name) => line.endsWith(` imports ${name}`)));
  // Loaded by a dynamic import, when the first form arrives.
  expect(offenders).toEqual(['routes/multipart.ts imports @fastify/busboy']);
});
