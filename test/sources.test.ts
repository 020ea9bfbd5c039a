import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/sources.md'), 'utf8');

/** A citation with its section, several of them with commas, and across the lines of a comment. */
const citation = /\b(comfyui-protocol|field)\.md ((?:\d+(?:\.\d+)*)(?:(?:, | and )\d+(?:\.\d+)*)*)/gu;

/** `comfyui-protocol.md 4.1, 4.2` as two. */
const citationsIn = (text: string): readonly string[] =>
  [...text.replaceAll(/\n\s*(?:\*|\/\/) */gu, ' ').matchAll(citation)].flatMap(([, name = '', sections = '']) =>
    sections.split(/, | and /u).map((section) => `${name} ${section}`),
  );

/** Sections that a part of the page lists. */
const listed = (name: string): readonly string[] => {
  const part = page.split('\n## ').find((text) => text.startsWith(`${name}.md:`)) ?? '';
  return [...part.matchAll(/^\| (\d+(?:\.\d+)*) \|/gmu)].map(([, section = '']) => `${name} ${section}`);
};

describe('what comments cite', () => {
  const files = globSync('{src,test,bench,scripts,e2e}/**/*.{ts,tsx}', { cwd: root });
  const cited = new Set(files.flatMap((file) => citationsIn(readFileSync(join(root, file), 'utf8'))));

  it('is found also where it is broken over lines', () => {
    const text = '/** One (comfyui-protocol.md 4.1, 4.2), and\n * another (field.md\n * 5.7). */';
    expect(citationsIn(text)).toEqual(['comfyui-protocol 4.1', 'comfyui-protocol 4.2', 'field 5.7']);
  });

  it('is explained in docs/sources.md, and nothing else is', () => {
    expect([...listed('comfyui-protocol'), ...listed('field')].toSorted()).toEqual([...cited].toSorted());
  });

  it('comes with recordings that are there', () => {
    const recordings = readdirSync(join(root, 'src/sandbox/conformance/fixtures'));
    const named = [...page.matchAll(/`([\w*-]+\.(?:json|txt))`/gu)].map(([, name = '']) => name);
    const missing = named.filter((name) => {
      const form = new RegExp(`^${name.replace('.', '\\.').replace('*', '.*')}$`, 'u');
      return !recordings.some((recording) => form.test(recording));
    });
    expect(named.length).toBeGreaterThan(30);
    expect(missing).toEqual([]);
  });
});
