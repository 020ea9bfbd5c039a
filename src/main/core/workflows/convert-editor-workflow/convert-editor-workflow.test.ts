import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import type { JsonObject } from '#core/shared/json-object.ts';
import { type Conversion, convertEditorWorkflow } from './convert-editor-workflow.ts';
import { editorFile, node, socket, subgraph } from './editor-file.fixture.ts';
import { knownClass } from './node-infos.fixture.ts';

const convert = (file: JsonObject): Conversion => convertEditorWorkflow(file, knownClass);

const promptOf = (file: JsonObject): Prompt => {
  const conversion = convert(file);
  if (conversion.kind === 'refused') throw new Error(JSON.stringify(conversion.problems));
  return conversion.prompt;
};

const inputsOf = (file: JsonObject, nodeId: string): unknown => promptOf(file)[nodeId]?.inputs;

/** One node alone. */
const alone = (type: string, values: unknown, inputs: readonly JsonObject[] = []): JsonObject =>
  editorFile([node(1, type, { values, inputs })], []);

describe('the fields of a node', () => {
  it.each<[string, JsonObject, Record<string, unknown>]>([
    [
      'by their places, past the mark of the seed',
      alone('Sampler', [7, 'randomize', 30, 6.5, 'heun', true]),
      { seed: 7, steps: 30, cfg: 6.5, sampler_name: 'heun', tiled: true },
    ],
    [
      'without the mark, as older editors saved them',
      alone('Sampler', [7, 30, 6.5, 'heun', true]),
      { seed: 7, steps: 30, cfg: 6.5, sampler_name: 'heun', tiled: true },
    ],
    [
      'past a mark that only the name of the seed tells of',
      alone('OldSeed', [5, 'increment', 'free']),
      { noise_seed: 5, mode: 'free' },
    ],
    ['with defaults where the file has nothing', alone('Empty', [64]), { width: 64, height: 512 }],
    ['with a default where a value is of another type', alone('Empty', ['wide', 96]), { width: 512, height: 96 }],
    ['by name, as some packs save them', alone('Empty', { height: 8, width: 4, other: 1 }), { width: 4, height: 8 }],
    ['without what buttons for uploads leave', alone('Load', ['b.png', 'image']), { image: 'b.png' }],
    [
      'with lists wrapped, which would be taken for links',
      alone('Points', ['#000', [1, 2]]),
      { color: '#000', points: { __value__: [1, 2] } },
    ],
    ['without inputs that are sockets only', alone('Forced', [9], [socket('text', 'STRING', null)]), { size: 9 }],
    [
      'with those of a choice, under its name',
      alone('Film', ['mp4', 18, 'h264', false, 'walk']),
      { format: 'mp4', 'format.crf': 18, 'format.codec': 'h264', 'format.codec.fast': false, name: 'walk' },
    ],
    ['without those of another choice', alone('Film', ['auto', 'walk']), { format: 'auto', name: 'walk' }],
  ])('are read %s', (_name, file, inputs) => {
    expect(inputsOf(file, '1')).toEqual(inputs);
  });

  it('give way to a link', () => {
    const file = editorFile(
      [
        node(1, 'OldSeed', { values: [5, 'fixed', 'free'], outputs: [['INT', [3]]] }),
        node(2, 'Empty', { values: [64, 32], inputs: [socket('width', 'INT', 3, true)] }),
      ],
      [[3, 1, 0, 2, 0]],
    );
    expect(inputsOf(file, '2')).toEqual({ width: ['1', 0], height: 32 });
  });

  it('tell how the editor varies seeds', () => {
    const conversion = convert(alone('Sampler', [7, 'increment', 30, 6.5, 'heun', true]));
    expect(conversion).toMatchObject({ kind: 'converted', seeds: { '["1","seed"]': 'increment' } });
  });
});

describe('nodes that only the editor knows', () => {
  const picture = node(1, 'Load', {
    values: ['a.png'],
    outputs: [
      ['IMAGE', [1]],
      ['MASK', []],
    ],
  });
  const save = (link: number): JsonObject =>
    node(9, 'Save', { values: ['x'], inputs: [socket('images', 'IMAGE', link)] });

  it('are passed through where they are reroutes', () => {
    const file = editorFile(
      [picture, node(2, 'Reroute', { inputs: [socket('', '*', 1)], outputs: [['IMAGE', [2]]] }), save(2)],
      [
        [1, 1, 0, 2, 0],
        [2, 2, 0, 9, 0],
      ],
    );
    expect(promptOf(file)).toEqual({
      '1': { class_type: 'Load', inputs: { image: 'a.png' }, _meta: { title: 'Load node' } },
      '9': { class_type: 'Save', inputs: { images: ['1', 0], filename_prefix: 'x' }, _meta: { title: 'Save node' } },
    });
  });

  it('give their value where they are primitives', () => {
    const file = editorFile(
      [
        node(1, 'PrimitiveNode', { values: [768, 'fixed'], outputs: [['INT', [1]]] }),
        node(2, 'Empty', { values: [64, 32], inputs: [socket('height', 'INT', 1, true)] }),
      ],
      [[1, 1, 0, 2, 0]],
    );
    expect(promptOf(file)['2']?.inputs).toEqual({ width: 64, height: 768 });
    expect(promptOf(file)['1']).toBeUndefined();
  });

  it('hand on by name what was set', () => {
    const file = editorFile(
      [
        picture,
        node(2, 'SetNode', { values: ['fox'], inputs: [socket('IMAGE', 'IMAGE', 1)] }),
        node(3, 'GetNode', { values: ['fox'], outputs: [['IMAGE', [2]]] }),
        save(2),
      ],
      [
        [1, 1, 0, 2, 0],
        [2, 3, 0, 9, 0],
      ],
    );
    expect(inputsOf(file, '9')).toEqual({ images: ['1', 0], filename_prefix: 'x' });
  });

  it('are left out where they are notes, known or not', () => {
    const file = editorFile(
      [picture, save(1), node(4, 'MarkdownNote', { values: ['hi'] }), node(5, 'Sticker')],
      [[1, 1, 0, 9, 0]],
    );
    expect(Object.keys(promptOf(file))).toEqual(['1', '9']);
    expect(convert(file)).toMatchObject({ notes: [{ nodeId: '5', classType: 'Sticker', note: 'left-out' }] });
  });

  it('that send without links are followed where the file says where to', () => {
    const nodes = [
      picture,
      node(3, 'Anything Everywhere', { inputs: [socket('IMAGE', 'IMAGE', 1)] }),
      node(9, 'Save', { values: ['x'], inputs: [socket('images', 'IMAGE', null)] }),
    ];
    expect(convert(editorFile(nodes, [[1, 1, 0, 3, 0]]))).toMatchObject({
      kind: 'refused',
      problems: [{ nodeId: '3', problem: 'hidden-links' }],
    });
    const sent = [{ downstream: 9, downstream_slot: 0, upstream: '1', upstream_slot: 0, controller: 3 }];
    const file = editorFile(nodes, [[1, 1, 0, 3, 0]], { extra: { ue_links: sent } });
    expect(inputsOf(file, '9')).toEqual({ images: ['1', 0], filename_prefix: 'x' });
  });
});

describe('muted and bypassed nodes', () => {
  const chain = (mode: number): JsonObject =>
    editorFile(
      [
        node(1, 'Load', {
          values: ['a.png'],
          outputs: [
            ['IMAGE', [1]],
            ['MASK', []],
          ],
        }),
        node(2, 'Scale', { mode, values: [3], inputs: [socket('image', 'IMAGE', 1)], outputs: [['IMAGE', [2]]] }),
        node(9, 'Save', { values: ['x'], inputs: [socket('images', 'IMAGE', 2)] }),
      ],
      [
        [1, 1, 0, 2, 0],
        [2, 2, 0, 9, 0],
      ],
    );

  it('are not there when muted, nor are links to them', () => {
    expect(inputsOf(chain(2), '9')).toEqual({ filename_prefix: 'x' });
    expect(promptOf(chain(2))['2']).toBeUndefined();
  });

  it('hand through the input of the same type when bypassed', () => {
    expect(inputsOf(chain(4), '9')).toEqual({ images: ['1', 0], filename_prefix: 'x' });
    expect(promptOf(chain(4))['2']).toBeUndefined();
  });

  it('may be of a class that nobody knows', () => {
    const file = editorFile(
      [
        node(1, 'Load', { values: ['a.png'], outputs: [['IMAGE', [1]]] }),
        node(2, 'Gone', {
          mode: 4,
          inputs: [socket('mask', 'MASK', null), socket('any', 'MASK,IMAGE', 1)],
          outputs: [['IMAGE', [2]]],
        }),
        node(9, 'Save', { values: ['x'], inputs: [socket('images', 'IMAGE', 2)] }),
      ],
      [
        [1, 1, 0, 2, 1],
        [2, 2, 0, 9, 0],
      ],
    );
    expect(inputsOf(file, '9')).toEqual({ images: ['1', 0], filename_prefix: 'x' });
  });
});

describe('subgraphs', () => {
  const inside = subgraph(
    'scale',
    { inputs: ['image', 'by'], outputs: ['IMAGE'] },
    [
      node(3, 'Scale', {
        values: [2],
        inputs: [socket('image', 'IMAGE', 1), socket('by', 'FLOAT', 2, true)],
        outputs: [['IMAGE', [3]]],
      }),
    ],
    [
      [1, -10, 0, 3, 0],
      [2, -10, 1, 3, 1],
      [3, 3, 0, -20, 0],
    ],
  );
  const using = (parts: Parameters<typeof node>[2]): JsonObject =>
    editorFile(
      [
        node(1, 'Load', {
          values: ['a.png'],
          outputs: [
            ['IMAGE', [1]],
            ['MASK', []],
          ],
        }),
        node(2, 'scale', {
          inputs: [socket('image', 'IMAGE', 1), socket('by', 'FLOAT', null, true)],
          outputs: [['IMAGE', [2]]],
          ...parts,
        }),
        node(9, 'Save', { values: ['x'], inputs: [socket('images', 'IMAGE', 2)] }),
      ],
      [
        [1, 1, 0, 2, 0],
        [2, 2, 0, 9, 0],
      ],
      { definitions: { subgraphs: [inside] } },
    );

  it('are flattened, with ids of both nodes', () => {
    expect(inputsOf(using({}), '2:3')).toEqual({ image: ['1', 0], by: 2 });
    expect(inputsOf(using({}), '9')).toEqual({ images: ['2:3', 0], filename_prefix: 'x' });
    expect(promptOf(using({}))['2']).toBeUndefined();
  });

  it.each<[string, Parameters<typeof node>[2], number]>([
    ['by the places of its inputs', { values: [4] }, 4],
    ['by a list of what it shows', { values: [5], properties: { proxyWidgets: [['3', 'by']] } }, 5],
    ['by a list that names its own input', { values: [6], properties: { proxyWidgets: [['-1', 'by']] } }, 6],
    ['by a list saved as text', { values: [7], properties: { proxyWidgets: '[["-1","by"]]' } }, 7],
    ['or leaves to the node inside', { values: [], properties: { proxyWidgets: [['3', 'by']] } }, 2],
  ])('take the values that their node has %s', (_name, parts, by) => {
    expect(inputsOf(using(parts), '2:3')).toMatchObject({ by });
  });

  it('have no inside when muted, and are passed through when bypassed', () => {
    expect(Object.keys(promptOf(using({ mode: 2 })))).toEqual(['1', '9']);
    expect(inputsOf(using({ mode: 4 }), '9')).toEqual({ images: ['1', 0], filename_prefix: 'x' });
  });

  it('may stand in each other', () => {
    const outer = subgraph(
      'outer',
      { inputs: ['image'], outputs: ['IMAGE'] },
      [
        node(7, 'scale', {
          inputs: [socket('image', 'IMAGE', 1), socket('by', 'FLOAT', null, true)],
          outputs: [['IMAGE', [2]]],
          values: [1.5],
        }),
      ],
      [
        [1, -10, 0, 7, 0],
        [2, 7, 0, -20, 0],
      ],
    );
    const file = editorFile(
      [
        node(1, 'Load', { values: ['a.png'], outputs: [['IMAGE', [1]]] }),
        node(2, 'outer', { inputs: [socket('image', 'IMAGE', 1)], outputs: [['IMAGE', [2]]] }),
        node(9, 'Save', { values: ['x'], inputs: [socket('images', 'IMAGE', 2)] }),
      ],
      [
        [1, 1, 0, 2, 0],
        [2, 2, 0, 9, 0],
      ],
      { definitions: { subgraphs: [inside, outer] } },
    );
    expect(inputsOf(file, '2:7:3')).toEqual({ image: ['1', 0], by: 1.5 });
    expect(inputsOf(file, '9')).toEqual({ images: ['2:7:3', 0], filename_prefix: 'x' });
  });

  it('that hold each other without end are refused', () => {
    const round = subgraph('round', { inputs: [], outputs: [] }, [node(1, 'round')], []);
    const file = editorFile([node(1, 'round')], [], { definitions: { subgraphs: [round] } });
    expect(convert(file)).toMatchObject({ kind: 'refused', problems: [{ problem: 'too-large' }] });
  });
});

describe('what stands in the way', () => {
  it('is every linked node of a class that nobody has, and group nodes', () => {
    const file = editorFile(
      [
        node(1, 'Gone', { title: 'Faces', outputs: [['IMAGE', [1]]] }),
        node(2, 'workflow>Twice'),
        node(9, 'Save', { values: ['x'], inputs: [socket('images', 'IMAGE', 1)] }),
      ],
      [[1, 1, 0, 9, 0]],
    );
    expect(convert(file)).toEqual({
      kind: 'refused',
      problems: [
        { nodeId: '1', classType: 'Gone', title: 'Faces', problem: 'class-unknown' },
        { nodeId: '2', classType: 'workflow>Twice', title: '', problem: 'group-node' },
      ],
    });
  });

  it('is not a text that the editor would change; that is noted', () => {
    expect(convert(alone('Encode', ['a {red|blue} fox']))).toMatchObject({ notes: [{ note: 'random-text' }] });
    expect(convert(alone('Save', ['%date:yyyy%/x']))).toMatchObject({ notes: [{ note: 'text-replacement' }] });
  });

  it('is never an exception, whatever is in the file', () => {
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.constantFrom<unknown>(1, 2, 'Save', 'Reroute', 'scale', null, -10, true),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.constantFrom(
            'id',
            'type',
            'inputs',
            'outputs',
            'link',
            'links',
            'mode',
            'widgets_values',
            'properties',
            'proxyWidgets',
            'nodes',
            'name',
            'widget',
          ),
          tie('value'),
          { maxKeys: 7 },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(anything, anything, anything, (nodes, links, definitions) => {
        const conversion = convert({ nodes: [nodes].flat(), links, definitions: { subgraphs: [definitions].flat() } });
        expect(['converted', 'refused']).toContain(conversion.kind);
      }),
      // A link whose socket is an object that is not even a text.
      { examples: [[1, { id: [1, 1, Object.create(null), 1] }, {}]] },
    );
  });

  it('is not the length of a chain of reroutes', () => {
    const length = 20_000;
    const reroutes = Array.from({ length }, (_, index) =>
      node(index + 2, 'Reroute', { inputs: [socket('', '*', index + 1)], outputs: [['IMAGE', [index + 2]]] }),
    );
    const file = editorFile(
      [
        node(1, 'Load', { values: ['a.png'], outputs: [['IMAGE', [1]]] }),
        ...reroutes,
        node(length + 2, 'Save', { values: ['x'], inputs: [socket('images', 'IMAGE', length + 1)] }),
      ],
      Array.from({ length: length + 1 }, (_, index) => [index + 1, index + 1, 0, index + 2, 0] as const),
    );
    expect(inputsOf(file, String(length + 2))).toEqual({ images: ['1', 0], filename_prefix: 'x' });
  });
});
