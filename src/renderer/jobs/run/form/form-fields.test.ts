import { describe, expect, it } from 'vitest';
import type { Prompt, WorkflowInspection } from '#contract/models/workflow.ts';
import { fixtureClasses, fixturePrompt } from '../../../testing/library-fixtures.ts';
import {
  applyValues,
  type FormField,
  fieldKey,
  fieldProblem,
  formGroups,
  nextSeeds,
  suggestPins,
} from './form-fields.ts';

const prompt: Prompt = {
  ...fixturePrompt('a fox'),
  '20': { class_type: 'Unknown', inputs: { seed: 3, on: true, note: 'x', list: [1], link: ['3', 0] } },
};
const inspection: WorkflowInspection = {
  prompt,
  nodeCount: Object.keys(prompt).length,
  classTypes: [],
  inputFiles: [],
  title: '',
  source: 'api',
  notes: [],
  seeds: {},
};
const groups = formGroups(inspection, fixtureClasses);
const fields = groups.flatMap((group) => group.fields);
const field = (nodeId: string, inputName: string): FormField => {
  const found = fields.find(({ key }) => key === fieldKey({ nodeId, inputName }));
  if (found === undefined) throw new Error(`no field ${inputName}`);
  return found;
};

describe('the fields of a workflow', () => {
  it('are the inputs with a value of their own; links and lists are none', () => {
    expect(
      groups.find(({ nodeId }) => nodeId === '20')?.fields.map(({ inputName, field: { kind } }) => [inputName, kind]),
    ).toEqual([
      ['seed', 'integer'],
      ['on', 'switch'],
      ['note', 'text'],
    ]);
    expect(groups.some(({ nodeId }) => nodeId === '8')).toBe(false);
  });

  it('on top are texts first, then seeds, models and sizes', () => {
    const names = suggestPins(groups).map((key) => fields.find((one) => one.key === key)?.inputName);
    expect(names.slice(0, 6)).toEqual(['text', 'text', 'seed', 'seed', 'ckpt_name', 'width']);
  });

  it.each<[string, string, string | number, string | null]>([
    ['3', 'steps', 0, 'too-small'],
    ['3', 'steps', 20_000, 'too-large'],
    ['3', 'steps', 1.5, 'not-whole'],
    ['3', 'steps', '', 'not-a-number'],
    ['3', 'steps', 'many', 'not-a-number'],
    ['3', 'cfg', 1.5, null],
    ['3', 'sampler_name', 'mine', 'not-offered'],
    ['6', 'text', '', null],
  ])('of node %s: %s may not be %j: %s', (nodeId, inputName, value, code) => {
    expect(fieldProblem(field(nodeId, inputName), value)?.code ?? null).toBe(code);
  });
});

describe('the values of a form', () => {
  it('change their inputs and leave every other node as it is', () => {
    const next = applyValues(prompt, fields, { [field('3', 'steps').key]: '12', [field('6', 'text').key]: 'a wolf' });
    expect(next['3']?.inputs).toEqual({ ...prompt['3']?.inputs, steps: 12 });
    expect(next['6']?.inputs['text']).toBe('a wolf');
    expect(next['4']).toBe(prompt['4']);
    expect(applyValues(prompt, fields, {})).toBe(prompt);
    expect(applyValues(prompt, fields, { [field('3', 'steps').key]: 28 })).toBe(prompt);
  });

  it('hold the next seed of each kind', () => {
    const [first, second] = [field('3', 'seed').key, field('20', 'seed').key];
    expect(nextSeeds(fields, {}, { [first]: 'increment', [second]: 'fixed' }, () => 99)).toEqual({
      [first]: 156_680_208_700_287,
    });
    expect(nextSeeds(fields, { [first]: 5 }, {}, () => 99)).toEqual({ [first]: 99, [second]: 99 });
  });
});
