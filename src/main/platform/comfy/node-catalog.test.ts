import { describe, expect, it } from 'vitest';
import { maxComboValues } from './node-catalog.ts';
import { createNodeCatalogReader } from './node-catalog-reader.ts';

const readNodeCatalog = (answer: unknown) => createNodeCatalogReader().read(Buffer.from(JSON.stringify(answer)));

const node = (required: unknown, rest: Record<string, unknown> = {}) => ({ input: { required, ...rest } });

/** The combos of one class as plain lists. */
const combosOf = async (info: unknown): Promise<Record<string, string[]>> => {
  const catalog = await readNodeCatalog({ Some: info });
  const combos = catalog.combos.get('Some') ?? new Map<string, ReadonlySet<string>>();
  return Object.fromEntries([...combos].map(([name, values]) => [name, [...values]]));
};

describe('what the nodes of an instance offer', () => {
  it.each([
    [
      'a list',
      { ckpt_name: [['a.safetensors', 'b.safetensors'], { tooltip: 'x' }] },
      ['a.safetensors', 'b.safetensors'],
    ],
    ['a list without options', { ckpt_name: [['a.safetensors']] }, ['a.safetensors']],
    ['an empty list, which takes nothing', { ckpt_name: [[], {}] }, []],
    ['a list of its own kind', { ckpt_name: ['COMBO', { multiselect: false, options: ['a', 'b'] }] }, ['a', 'b']],
    ['numbers and switches', { ckpt_name: ['COMBO', { options: [1, 2.5, true] }] }, ['1', '2.5', 'true']],
  ])('is read from %s', async (_name, required, values) => {
    expect(await combosOf(node(required))).toEqual({ ckpt_name: values });
    expect(await combosOf({ input: { optional: required } })).toEqual({ ckpt_name: values });
  });

  it.each([
    ['a list that the page fetches', { image: ['COMBO', { remote: { route: '/internal/files/output' } }] }],
    ['files that may be uploaded', { image: [['example.png'], { image_upload: true }] }],
    ['files that may be uploaded, of a newer node', { file: ['COMBO', { video_upload: true, options: ['a.mp4'] }] }],
    ['a list beyond all measure', { name: [Array.from({ length: maxComboValues + 1 }, String)] }],
    ['a number', { steps: ['INT', { default: 20 }] }],
    ['a link', { model: ['MODEL'] }],
    ['what is no specification', { odd: 'STRING', empty: [], text: null, nothing: [null, null] }],
  ])('says nothing about %s', async (_name, required) => {
    expect(await combosOf(node(required))).toEqual({});
  });

  it.each([
    ['CustomCombo', 'choice'],
    ['SelectModelDevice', 'device'],
    ['SelectCLIPDevice', 'device'],
    ['SelectVAEDevice', 'device'],
    ['ModelAttentionBackend', 'attention'],
  ])('says nothing about a list that takes any value: %s', async (name, inputName) => {
    const inputs = { [inputName]: ['COMBO', { options: [] }], other: [['a']] };
    expect(await combosOf({ name, ...node(inputs) })).toEqual({ other: ['a'] });
    expect(await combosOf({ name: 'OtherCombo', ...node(inputs) })).toEqual({ [inputName]: [], other: ['a'] });
  });

  it('leaves out what a prompt never names', async () => {
    expect(await combosOf({ input: { required: {}, hidden: { prompt: [['PROMPT']] } } })).toEqual({});
  });

  it('names choices within choices as a prompt does, whatever brings them', async () => {
    const codec = ['COMFY_DYNAMICCOMBO_V3', { options: [{ key: 'h264', inputs: { optional: { crf: [['18']] } } }] }];
    const format = {
      options: [
        { key: 'auto', inputs: { required: {} } },
        { key: 'mp4', inputs: { required: { codec, size: ['COMBO', { options: ['s'] }] } } },
        { key: 'webm', inputs: { required: { size: ['COMBO', { options: ['s', 'l'] }] } } },
      ],
    };
    expect(await combosOf(node({ format: ['COMFY_DYNAMICCOMBO_V3', format] }))).toEqual({
      format: ['auto', 'mp4', 'webm'],
      'format.codec': ['h264'],
      'format.codec.crf': ['18'],
      'format.size': ['s', 'l'],
    });
  });

  it('ends in a description that never ends', async () => {
    const endless = (depth: number): unknown =>
      depth === 0
        ? [['x']]
        : ['COMFY_DYNAMICCOMBO_V3', { options: [{ key: 'k', inputs: { required: { n: endless(depth - 1) } } }] }];
    expect(Object.keys(await combosOf(node({ n: endless(200) }))).length).toBeLessThan(10);
  });

  it('keeps one copy of a list that many classes have', async () => {
    const { combos } = await readNodeCatalog({ A: node({ x: [['a', 'b']] }), B: node({ y: [['a', 'b']] }) });
    expect(combos.get('A')?.get('x')).toBe(combos.get('B')?.get('y'));
  });

  it('knows all classes, and those that make an output', async () => {
    const catalog = await readNodeCatalog({ A: { output_node: true }, B: null, C: 3, D: node({ x: [['a']] }) });
    expect([...catalog.nodes.keys()]).toEqual(['A', 'D']);
    expect(catalog).toMatchObject({
      classes: new Set(['A', 'B', 'C', 'D']),
      outputClasses: new Set(['A']),
      combos: new Map([['D', new Map([['x', new Set(['a'])]])]]),
    });
  });

  it.each([[[]], ['text'], [null], [7]])('is nothing that %j could be', async (answer) => {
    await expect(readNodeCatalog(answer)).rejects.toMatchObject({ code: 'INSTANCE_WRONG_ANSWER' });
  });
});
