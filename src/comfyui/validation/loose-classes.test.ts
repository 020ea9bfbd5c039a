import { describe, expect, it } from 'vitest';
import { type NodeClass, readNodeClass } from './node-class.ts';
import { validatePrompt } from './validate-prompt.ts';

const info = {
  output_node: true,
  output: ['IMAGE'],
  input: {
    required: { name: [['a', 'b']], size: ['INT', { min: 1, max: 8 }] },
    optional: { image: ['MASK'], scale: ['FLOAT', { min: 0 }], text: [{}, { min: 0 }] },
  },
};
const strict = readNodeClass(info);

/** What is wrong with one node, by type. */
const typesAgainst = (inputs: Record<string, unknown>, found: NodeClass, source: NodeClass = strict) => {
  const prompt = {
    1: { class_type: 'Node', inputs: { name: 'a', size: 1, ...inputs } },
    2: { class_type: 'Source', inputs: { name: 'a', size: 1 } },
  };
  const classOf = (classType: string): NodeClass => (classType === 'Node' ? found : source);
  const verdict = validatePrompt(prompt, { classOf });
  const nodeErrors = verdict.kind === 'valid' ? verdict.nodeErrors : verdict.body.node_errors;
  return nodeErrors['1']?.errors.map(({ type }) => type) ?? [];
};

const loose = { ...strict, isLoose: true };

describe('a class that may have checks of its own', () => {
  it.each([
    ['a value beyond its list', { name: 'c' }, 'value_not_in_list'],
    ['a number below its limit', { size: 0 }, 'value_smaller_than_min'],
    ['a number above its limit', { size: 9 }, 'value_bigger_than_max'],
    ['a link of another type', { image: ['2', 0] }, 'return_type_mismatch'],
    ['what cannot be compared with a limit', { text: 'x' }, 'exception_during_validation'],
  ])('takes %s', (_name, inputs, type) => {
    expect(typesAgainst(inputs, strict)).toEqual([type]);
    expect(typesAgainst(inputs, loose)).toEqual([]);
  });

  it('has any number of slots', () => {
    const link = { image: ['2', 5] };
    expect(typesAgainst(link, strict)).toEqual(['exception_during_validation']);
    expect(typesAgainst(link, strict, loose)).toEqual([]);
    expect(typesAgainst({ image: ['2', 0] }, strict, loose)).toEqual(['return_type_mismatch']);
    expect(typesAgainst({ image: ['2', 0.5] }, strict, loose)).toEqual(['exception_during_validation']);
  });

  it.each([
    ['an input that is missing', { name: undefined }, 'required_input_missing'],
    ['a value of another kind', { size: 'many' }, 'invalid_input_type'],
    ['a link that is none', { image: ['2'] }, 'bad_linked_input'],
  ])('refuses %s, as ComfyUI does before it asks the class', (_name, inputs, type) => {
    expect(typesAgainst(inputs, loose)).toEqual([type]);
  });
});
