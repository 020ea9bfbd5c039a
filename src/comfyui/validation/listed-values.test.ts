import { describe, expect, it } from 'vitest';
import { readNodeClass } from './node-class.ts';
import { validatePrompt } from './validate-prompt.ts';

/** Why a value is not taken for a list; null where it is. */
const detailsOf = (value: unknown, options: readonly unknown[], settings: Record<string, unknown> = {}) => {
  const choice = readNodeClass({ output_node: true, output: [], input: { required: { name: [options, settings] } } });
  const prompt = { 1: { class_type: 'Choice', inputs: { name: value } } };
  const verdict = validatePrompt(prompt, { classOf: () => choice });
  return verdict.kind === 'valid' ? null : verdict.body.node_errors['1']?.errors.map(({ details }) => details);
};

const file = (content: string) => ({ content, image: null });

describe('a value of a list', () => {
  it.each([
    ['a name', 'a', ['a', 'b']],
    ['a file that is described', file('a.safetensors'), [file('b.safetensors'), file('a.safetensors')]],
    ['one with its parts in another order', { image: null, content: 'a' }, [file('a')]],
    ['a number that is written otherwise', 1, [true]],
    ['a switch for its number', false, [0, 1]],
    ['one of several lists', { __value__: [1, 'x'] }, [[1, 'x'], []]],
    ['nothing', null, [null, 'a']],
  ])('may be %s', (_name, value, options) => {
    expect(detailsOf(value, options)).toBeNull();
  });

  it.each([
    ['c', ['a', 'b'], "name: 'c' not in ['a', 'b']"],
    ["it's", ['a'], `name: "it's" not in ['a']`],
    [1, ['1'], "name: 1 not in ['1']"],
    [true, ['True', 2], "name: True not in ['True', 2]"],
    ['', [null], "name: '' not in [None]"],
    [file('c'), [file('a')], "name: {'content': 'c', 'image': None} not in [{'content': 'a', 'image': None}]"],
    [{ content: 'a' }, [file('a')], "name: {'content': 'a'} not in [{'content': 'a', 'image': None}]"],
    ['a', [file('a')], "name: 'a' not in [{'content': 'a', 'image': None}]"],
    [{ __value__: ['a'] }, ['a'], "name: ['a'] not in ['a']"],
    ['a', Array.from({ length: 21 }, (_, index) => index), "name: 'a' not in (list of length 21)"],
  ])('is not %j of %j', (value, options, details) => {
    expect(detailsOf(value, options)).toEqual([details]);
  });

  it('may be several at once where the list says so, and those that are wrong are named', () => {
    const settings = { multiselect: true };
    expect(detailsOf({ __value__: [1, 'a'] }, ['a', true], settings)).toBeNull();
    expect(detailsOf({ __value__: ['a', 'x', "y'z"] }, ['a'], settings)).toEqual([`name: 'x', "y'z" not in ['a']`]);
    expect(detailsOf('x', ['a'], settings)).toEqual(["name: 'x' not in ['a']"]);
  });
});
