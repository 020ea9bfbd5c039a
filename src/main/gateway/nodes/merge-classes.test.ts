import { describe, expect, it } from 'vitest';
import type { NodeCatalog, NodeInfo } from '#core/ports/comfy-reader.ts';
import { classNames, mergeClass } from './merge-classes.ts';
import type { ComboRule } from './merge-inputs.ts';

const catalogOf = (nodes: Readonly<Record<string, NodeInfo>>): NodeCatalog => ({
  nodes: new Map(Object.entries(nodes)),
  classes: new Set(Object.keys(nodes)),
  outputClasses: new Set(),
  combos: new Map(),
});

const withInput = (specification: unknown, section = 'required'): NodeInfo => ({
  input: { [section]: { name: specification } },
  output: ['IMAGE'],
});

const noUploads = (): readonly string[] => [];

interface Merging {
  readonly home?: number;
  readonly rule?: ComboRule;
  readonly uploaded?: (kind: string) => readonly string[];
}

const merge = (infos: readonly NodeInfo[], { home = 0, rule = 'union', uploaded = noUploads }: Merging = {}) => {
  const catalogs = infos.map((info) => catalogOf({ Some: info }));
  return mergeClass({ catalogs, home: catalogs[home] ?? null }, 'Some', { rule, uploaded });
};

const mergedInput = (specifications: readonly unknown[], options: Merging = {}): unknown => {
  const input = merge(
    specifications.map((one) => withInput(one)),
    options,
  )?.['input'];
  return typeof input === 'object' && input !== null && 'required' in input ? input.required : input;
};

const dynamic = (...options: readonly unknown[]): readonly unknown[] => ['COMFY_DYNAMICCOMBO_V3', { options }];
const choice = (key: string, inputs: unknown = {}) => ({ key, inputs: { required: inputs } });

describe('the list of an input', () => {
  it.each<[string, readonly unknown[], unknown, unknown]>([
    ['plain lists', [[['a', 'b']], [['b', 'c']]], [['a', 'b', 'c']], [['b']]],
    [
      'lists with options',
      [[['a'], { tooltip: 'x' }], [['b']]],
      [['a', 'b'], { tooltip: 'x' }],
      [[], { tooltip: 'x' }],
    ],
    [
      'lists of their own kind',
      [
        ['COMBO', { multiselect: false, options: ['b', 'a'] }],
        ['COMBO', { options: ['a', 'c'] }],
      ],
      ['COMBO', { multiselect: false, options: ['b', 'a', 'c'] }],
      ['COMBO', { multiselect: false, options: ['a'] }],
    ],
    [
      'lists in both ways, written as home writes them',
      [[['a']], ['COMBO', { options: ['a', 'b'] }]],
      [['a', 'b']],
      [['a']],
    ],
    [
      'files that are described',
      [
        [[{ content: 'a', image: null }, { content: 'b' }], { default: { image: null, content: 'a' } }],
        [[{ image: null, content: 'a' }, { content: 'c' }]],
      ],
      [[{ content: 'a', image: null }, { content: 'b' }, { content: 'c' }], { default: { image: null, content: 'a' } }],
      [[{ content: 'a', image: null }], { default: { image: null, content: 'a' } }],
    ],
    ['numbers and texts', [[[1, '1']], [['1', 2]]], [[1, '1', 2]], [['1']]],
    [
      'a list that the page fetches, which has no values',
      [['COMBO', { remote: { route: '/x' } }], [['a']]],
      ['COMBO', { remote: { route: '/x' } }],
      ['COMBO', { remote: { route: '/x' } }],
    ],
    ['a list and none', [[['a']], ['STRING', {}]], [['a']], [['a']]],
    [
      'a number',
      [
        ['INT', { max: 1 }],
        ['INT', { max: 2 }],
      ],
      ['INT', { max: 1 }],
      ['INT', { max: 1 }],
    ],
    ['something odd', ['odd', [['a']]], 'odd', 'odd'],
    ['nothing', [null, [['a']]], null, null],
    [
      'a default that not all have',
      [
        ['COMBO', { default: 'a', options: ['a', 'b'] }],
        ['COMBO', { options: ['b'] }],
      ],
      ['COMBO', { default: 'a', options: ['a', 'b'] }],
      ['COMBO', { options: ['b'] }],
    ],
  ])('joins %s', (_name, specifications, union, intersection) => {
    expect(mergedInput(specifications)).toEqual({ name: union });
    expect(mergedInput(specifications, { rule: 'intersection' })).toEqual({ name: intersection });
  });

  it('joins choices that bring inputs, at any depth', () => {
    const ours = dynamic(
      choice('auto'),
      choice('mp4', { codec: dynamic(choice('h264', { crf: [['18', '20']] })), size: [['s']] }),
    );
    const theirs = dynamic(
      choice('mp4', { codec: dynamic(choice('h264', { crf: [['20', '22']] }), choice('av1')), size: [['s', 'l']] }),
      choice('webm', { size: [['m']] }),
    );
    expect(mergedInput([ours, theirs])).toEqual({
      name: dynamic(
        choice('auto'),
        choice('mp4', {
          codec: dynamic(choice('h264', { crf: [['18', '20', '22']] }), choice('av1')),
          size: [['s', 'l']],
        }),
        choice('webm', { size: [['m']] }),
      ),
    });
    expect(mergedInput([ours, theirs], { rule: 'intersection' })).toEqual({
      name: dynamic(choice('mp4', { codec: dynamic(choice('h264', { crf: [['20']] })), size: [['s']] })),
    });
  });

  it('holds the values of the instances in their order, whoever is home', () => {
    const lists = [[['z', 'a']], [['m', 'a']], [['b', 'z']]];
    expect(mergedInput(lists, { home: 2 })).toEqual({ name: [['z', 'a', 'm', 'b']] });
    expect(mergedInput(lists, { home: 1 })).toEqual({ name: [['z', 'a', 'm', 'b']] });
  });

  it('is found wherever another instance has the input', () => {
    const merged = merge([withInput([['a']]), withInput([['b']], 'optional')]);
    expect(merged).toMatchObject({ input: { required: { name: [['a', 'b']] } } });
  });

  it('names uploaded files where the input takes uploads of their kind', () => {
    const uploaded = (kind: string): readonly string[] => (kind === 'image_upload' ? ['new.png', 'a.png'] : []);
    for (const rule of ['union', 'intersection'] as const) {
      expect(mergedInput([[['a.png'], { image_upload: true }]], { uploaded, rule })).toEqual({
        name: [['a.png', 'new.png'], { image_upload: true }],
      });
    }
    expect(mergedInput([['COMBO', { options: [], image_upload: true }]], { uploaded })).toEqual({
      name: ['COMBO', { options: ['new.png', 'a.png'], image_upload: true }],
    });
    for (const untouched of [[['a.wav'], { audio_upload: true }], [['a.png'], { image_upload: false }], [['a.png']]])
      expect(mergedInput([untouched], { uploaded })).toEqual({ name: untouched });
  });

  it('ends in a description that never ends', () => {
    const endless = (depth: number, leaf: string): unknown =>
      depth === 0 ? [[leaf]] : dynamic(choice('k', { n: endless(depth - 1, leaf) }));
    const merged = mergedInput([endless(100, 'ours'), endless(100, 'theirs')]);
    expect(JSON.stringify(merged)).not.toContain('theirs');
  });
});

describe('a class', () => {
  const own = { ...withInput([['a']]), display_name: 'Own', output: ['A'] };
  const other = { ...withInput([['b']]), display_name: 'Other', output: ['B'], deprecated: true };

  it('is described by home', () => {
    expect(merge([own, other], { home: 1 })).toEqual({ ...other, input: { required: { name: [['a', 'b']] } } });
  });

  it('that home does not have is described by the first that has it', () => {
    const catalogs = [catalogOf({}), catalogOf({ Some: own }), catalogOf({ Some: other })];
    const merged = mergeClass({ catalogs, home: catalogs[0] ?? null }, 'Some', { rule: 'union', uploaded: noUploads });
    expect(merged).toEqual({ ...own, input: { required: { name: [['a', 'b']] } } });
  });

  it('is the very same object where all describe it alike', () => {
    expect(merge([own, own, own])).toBe(own);
    expect(merge([own, { ...other, ...withInput([['a']]) }])).toBe(own);
    expect(merge([own, structuredClone(own)])).toBe(own);
  });

  it('has no inputs that only another instance knows', () => {
    const more = { input: { required: { name: [['a']], more: [['x']] }, optional: { extra: ['INT'] } } };
    expect(merge([own, more])).toBe(own);
  });

  it.each([[{}], [{ input: null }], [{ input: { required: null } }], [{ input: { required: ['x'] } }]])(
    'without readable inputs stays as it is: %j',
    (info) => {
      expect(merge([info, own])).toBe(info);
    },
  );

  it('keeps names that every object has', () => {
    const info: NodeInfo = JSON.parse('{"input":{"required":{"__proto__":[["a"]],"constructor":[["b"]]}}}');
    const theirs: NodeInfo = JSON.parse('{"input":{"required":{"__proto__":[["c"]]}}}');
    expect(JSON.stringify(merge([info, theirs]))).toBe(
      '{"input":{"required":{"__proto__":[["a","c"]],"constructor":[["b"]]}}}',
    );
  });

  it('that nobody has is none', () => {
    expect(mergeClass({ catalogs: [], home: null }, 'Some', { rule: 'union', uploaded: noUploads })).toBeNull();
  });

  it('stands in the order of the instances', () => {
    const catalogs = [catalogOf({ B: {}, A: {} }), catalogOf({ C: {}, A: {}, 'D 1': {} })];
    expect(classNames({ catalogs })).toEqual(['B', 'A', 'C', 'D 1']);
  });
});
