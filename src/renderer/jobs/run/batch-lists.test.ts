import { describe, expect, it } from 'vitest';
import { batchMaxJobs } from '#contract/models/batch.ts';
import { countList, type ListDraft, readList, type VariableInput, variableInputs } from './batch-lists.ts';
import { seedLimit } from './seed-variation.ts';

const input = (kind: VariableInput['kind']): VariableInput => ({
  nodeId: '3',
  inputName: 'x',
  nodeTitle: 'KSampler',
  kind,
  value: 1,
});
const draft = (changes: Partial<ListDraft>): ListDraft => ({ key: '', count: 3, first: '', text: '', ...changes });
const never = (): number => {
  throw new Error('no random number was asked for');
};

describe('inputs that can vary', () => {
  it('are those with a value of their own, seeds first', () => {
    const found = variableInputs({
      '3': {
        class_type: 'KSampler',
        inputs: { model: ['4', 0], steps: 20, seed: 7, sampler_name: 'euler', nothing: null, many: { a: 1 } },
      },
      '5': { class_type: 'Switch', inputs: { on: true }, _meta: { title: 'Use it' } },
    });
    expect(found.map(({ nodeTitle, inputName, kind }) => `${nodeTitle}.${inputName} ${kind}`)).toEqual([
      'KSampler.seed seed',
      'KSampler.steps number',
      'KSampler.sampler_name text',
      'Use it.on switch',
    ]);
  });
});

describe('a list of values', () => {
  it.each([
    ['number', '1, 2;3\n4', [1, 2, 3, 4]],
    ['number', '1..4', [1, 2, 3, 4]],
    ['number', '-1..1', [-1, 0, 1]],
    ['number', '0..1/0.25', [0, 0.25, 0.5, 0.75, 1]],
    ['number', '0..0.3/0.1', [0, 0.1, 0.2, 0.3]],
    ['number', '10..30/5, 50', [10, 15, 20, 25, 30, 50]],
    ['text', ' euler \n\ndpmpp_2m, karras', ['euler', 'dpmpp_2m, karras']],
    ['switch', 'TRUE\nfalse', [true, false]],
  ] as const)('of kind %s reads %j', (kind, text, values) => {
    expect(readList(input(kind), draft({ text }), never)).toEqual({ values, problem: null });
    expect(countList(input(kind), draft({ text }))).toBe(values.length);
  });

  it.each([
    ['number', '1, twelve', { code: 'not-a-number', part: 'twelve' }],
    ['number', '4..1', { code: 'not-a-number', part: '4..1' }],
    ['number', '1..2/0', { code: 'not-a-number', part: '1..2/0' }],
    ['number', '1e999', { code: 'not-a-number', part: '1e999' }],
    ['number', ' , ', { code: 'empty' }],
    ['number', '1..100001', { code: 'too-many' }],
    ['number', '1..1000000000000', { code: 'too-many' }],
    ['text', '\n \n', { code: 'empty' }],
    ['switch', 'true, maybe', { code: 'not-a-switch', part: 'maybe' }],
  ] as const)('of kind %s refuses %j', (kind, text, problem) => {
    expect(readList(input(kind), draft({ text }), never)).toEqual({ values: null, problem });
  });

  it('counts seeds up from the first one, or asks for random ones', () => {
    expect(readList(input('seed'), draft({ first: 40 }), never).values).toEqual([40, 41, 42]);
    const random = readList(input('seed'), draft({ count: 2 }), () => 0.5).values;
    expect(random).toEqual([seedLimit / 2, seedLimit / 2]);
    expect(readList(input('seed'), draft({ count: 0 }), never).problem).toEqual({ code: 'empty' });
    expect(readList(input('seed'), draft({ count: batchMaxJobs + 1 }), never).problem).toEqual({ code: 'too-many' });
  });
});
