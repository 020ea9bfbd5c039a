import { expect, it } from 'vitest';
import { parseYaml } from './parse-yaml.ts';

it('reads YAML as PyYAML does: words for booleans, several lines, merge keys, a key given twice', () => {
  const text = 'base: &b {x: 1}\na:\n  <<: *b\n  is_default: yes\n  loras: |\n    one\n    two\n  x: 2\n  x: 3\n';
  expect(parseYaml(text)?.value).toEqual({ base: { x: 1 }, a: { is_default: true, loras: 'one\ntwo\n', x: 3 } });
  expect(parseYaml('')?.value).toBeNull();
});

it.each([
  ['cut off', 'a:\n  b: [1, 2'],
  ['a tab', 'a:\n\tb: 1'],
  ['an unknown alias', 'a: *nobody'],
  [
    'aliases that unfold without end',
    `a: &a [x, x]\n${Array.from({ length: 12 }, (_, n) => `b${n}: &b${n} [${`*${n === 0 ? 'a' : `b${n - 1}`}, `.repeat(9)}]`).join('\n')}\n`,
  ],
])('calls %s damaged', (_what, text) => {
  expect(parseYaml(text)).toBeNull();
});
