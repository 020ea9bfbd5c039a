import { describe, expect, it } from 'vitest';
import { createJsonShape } from './json-shape.ts';

const fits = (text: string, limits: { maxDepth?: number; maxValues?: number } = {}, chunkBytes = 1): boolean => {
  const measure = createJsonShape({ maxDepth: 3, maxValues: 10, ...limits });
  const bytes = Buffer.from(text);
  let answer = true;
  for (let from = 0; from < bytes.length && answer; from += chunkBytes)
    answer = measure(bytes.subarray(from, from + chunkBytes));
  return answer;
};

describe('the shape of JSON', () => {
  it.each<[string, string, boolean]>([
    ['as deep as allowed', '[[[1]]]', true],
    ['deeper', '[[[[1]]]]', false],
    ['deeper by objects', '{"a":{"a":{"a":{}}}}', false],
    ['wide but not deep', '[[],[],[],[]]', true],
    ['too many values', '[1,2,3,4,5,6,7,8,9,10,11]', false],
    ['brackets in a text', '["[[[[[[[[[[[[[[[["]', true],
    ['a text with an escaped quote', '["\\"[[[[[[[[[[[[[["]', true],
    ['a text that ends in a backslash', '["\\\\",[[[1]]]]', false],
    ['brackets after a text', '["a",[[[1]]]]', false],
  ])('%s', (_name, text, expected) => {
    expect(fits(text)).toBe(expected);
    expect(fits(text, {}, 3)).toBe(expected);
    expect(fits(text, {}, 1000)).toBe(expected);
  });
});
