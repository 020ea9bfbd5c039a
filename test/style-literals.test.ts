import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { motion, sizes, states, terminal } from '../src/renderer/theme/tokens.ts';

const root = join(import.meta.dirname, '..', 'src', 'renderer');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const styles = globSync('**/*.module.css', { cwd: root });
const components = globSync('**/*.tsx', { cwd: root }).filter(
  (path) => !path.endsWith('.test.tsx') && !path.startsWith('testing'),
);

const colour = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|lab)\(/i;
const length = /(?<![\w-])\d*\.?\d+(?:px|rem)\b/;
const sentence = />\s*[A-Z][a-z]+ [a-z]+[^<>{}]*</;

/** Every variable that the theme gives to stylesheets. */
const knownVariables = new Set([
  ...[...Object.keys(sizes), ...Object.keys(motion)].map((name) => `--at-${name}`),
  ...states.flatMap((state) => [`--at-${state}`, `--at-${state}-text`, `--at-${state}-surface`]),
  ...Object.keys(terminal.dark).map((name) => `--at-ansi-${name}`),
  ...[...read('theme/theme.ts').matchAll(/'(--at-[\w-]+)'/g)].map(([, name]) => name),
]);

describe('what a component looks like and says', () => {
  it('is looked at in every file', () => {
    expect(styles.length).toBeGreaterThan(10);
    expect(components.length).toBeGreaterThan(40);
  });

  it.each(styles)('%s names tokens instead of colours and lengths', (path) => {
    const text = read(path);
    expect(text.match(colour)?.[0]).toBeUndefined();
    expect(text.match(length)?.[0]).toBeUndefined();
  });

  it.each(styles)('%s names only tokens that exist', (path) => {
    const named = [...read(path).matchAll(/var\((--at-[\w-]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !knownVariables.has(name))).toEqual([]);
  });

  it.each(components)('%s holds no colour and no sentence of its own', (path) => {
    const text = read(path);
    expect(text.match(colour)?.[0]).toBeUndefined();
    expect(text.match(sentence)?.[0]).toBeUndefined();
  });
});
