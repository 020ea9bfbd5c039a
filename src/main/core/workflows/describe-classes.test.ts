import { describe, expect, it } from 'vitest';
import type { NodeCatalog, NodeInfo } from '#core/ports/comfy-reader.ts';
import { knownClass } from './convert-editor-workflow/node-infos.fixture.ts';
import { describeClasses } from './describe-classes.ts';

const catalog = (nodes: Readonly<Record<string, NodeInfo>>): NodeCatalog => ({
  nodes: new Map(Object.entries(nodes)),
  classes: new Set(Object.keys(nodes)),
  outputClasses: new Set(),
  combos: new Map(),
});

const known = (...names: readonly string[]): NodeCatalog =>
  catalog(Object.fromEntries(names.map((name) => [name, knownClass(name) ?? {}])));

const fieldOf = (classType: string, name: string) =>
  describeClasses([classType], [known(classType)]).classes[classType]?.fields[name];

describe('describeClasses', () => {
  it('tells the limits, kinds and lists of what a class takes, sockets left out', () => {
    const { classes, lists } = describeClasses(['Sampler', 'Gone', 'Sampler'], [known('Sampler')]);
    expect(Object.keys(classes)).toEqual(['Sampler']);
    expect(Object.keys(classes['Sampler']?.fields ?? {})).toEqual(['seed', 'steps', 'cfg', 'sampler_name', 'tiled']);
    expect(classes['Sampler']).toMatchObject({
      title: 'Sampler node',
      fields: {
        seed: { kind: 'integer', isSeed: true },
        steps: { kind: 'integer', isSeed: false, min: 1, max: null },
        cfg: { kind: 'number' },
        sampler_name: { kind: 'choice', list: 0 },
        tiled: { kind: 'switch' },
      },
    });
    expect(lists).toEqual([['euler', 'heun']]);
  });

  it('tells what comes with each choice, and what takes a file', () => {
    expect(fieldOf('Film', 'format')).toMatchObject({ kind: 'choice' });
    expect(fieldOf('Film', 'format.codec.fast')).toMatchObject({ kind: 'switch' });
    expect(fieldOf('Load', 'image')).toMatchObject({ kind: 'file', accepts: 'image' });
    expect(fieldOf('Encode', 'text')).toMatchObject({ kind: 'text', isMultiline: true });
  });

  it('offers what any instance has, and tells equal lists once', () => {
    const loader = (files: readonly string[]): NodeCatalog =>
      catalog({
        A: { input: { required: { model: [files, {}] } } },
        B: { input: { required: { model: ['COMBO', { options: files }] } } },
      });
    const { classes, lists } = describeClasses(['A', 'B'], [loader(['x', 'y']), loader(['y', 'z'])]);
    expect(lists).toEqual([['x', 'y', 'z']]);
    expect(classes['A']?.fields['model']?.list).toBe(0);
    expect(classes['B']?.fields['model']?.list).toBe(0);
  });

  it('takes whatever a pack says of itself', () => {
    const odd = catalog({
      Odd: {
        input: { required: { a: 'STRING', b: [], c: [3], d: ['INT', 'x'], e: ['FLOAT', { min: 'low', tooltip: 7 }] } },
      },
      None: { input: 'nothing' },
    });
    const { classes } = describeClasses(['Odd', 'None', 'constructor'], [odd]);
    expect(Object.keys(classes)).toEqual(['Odd', 'None']);
    expect(classes['Odd']?.fields['e']).toMatchObject({ kind: 'number', min: null, help: '' });
    expect(classes['None']?.fields).toEqual({});
  });
});
