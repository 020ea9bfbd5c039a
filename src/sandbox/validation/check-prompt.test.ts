import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { isNodeError } from '#comfyui/python/node-failure.ts';
import golden from '#comfyui/validation/fixtures/prompt-errors.golden.json' with { type: 'json' };
import type { NodeDefinition, NodeRegistry } from '../nodes/node-definition.ts';
import { createNodeRegistry } from '../nodes/registry.ts';
import { createTestFolders } from '../nodes/test-bench.ts';
import { checkPrompt } from './check-prompt.ts';

let folders: Awaited<ReturnType<typeof createTestFolders>>;
const registry = createNodeRegistry();

beforeAll(async () => {
  folders = await createTestFolders();
});
afterAll(() => folders.remove());

const validate = (prompt: unknown, partialTargets: readonly unknown[] | null = null, known: NodeRegistry = registry) =>
  checkPrompt(prompt, { registry: known, folders, partialTargets });

/** Free texts and tracebacks are not compared; the order of dependent outputs is arbitrary in a real server. */
const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'tooltip' && key !== 'traceback')
      .map(([key, item]) => [
        key,
        key === 'dependent_outputs' && Array.isArray(item)
          ? item.toSorted((a, b) => Number(a) - Number(b))
          : comparable(item),
      ]),
  );
};

const goldenCases: Readonly<Record<string, { prompt: unknown; status: number; body: unknown }>> = golden;

describe('recorded answers', () => {
  test.each(Object.entries(goldenCases).filter(([, { status }]) => status === 400))('%s', async (_, recorded) => {
    const verdict = await validate(recorded.prompt);
    expect(verdict.kind).toBe('invalid');
    if (verdict.kind === 'invalid') {
      expect(comparable(verdict.body)).toEqual(comparable(recorded.body));
      expect(JSON.stringify(Object.keys(verdict.body.node_errors))).toBe(
        JSON.stringify(Object.keys((recorded.body as { node_errors: object }).node_errors)),
      );
    }
  });

  test.each(Object.entries(goldenCases).filter(([, { status }]) => status === 200))('%s', async (_, recorded) => {
    const verdict = await validate(recorded.prompt);
    expect(verdict.kind).toBe('valid');
    if (verdict.kind === 'valid')
      expect(comparable({ node_errors: verdict.nodeErrors })).toEqual(comparable(recorded.body));
  });

  test.each(Object.entries(goldenCases).filter(([, { status }]) => status === 500))('%s', async (_, recorded) => {
    await expect(validate(recorded.prompt)).rejects.toSatisfy(isNodeError);
  });

  it('covers every kind of answer', () => {
    const statuses = Object.values(goldenCases).map(({ status }) => status);
    expect([400, 200, 500].map((status) => statuses.filter((seen) => seen === status).length)).toEqual([20, 7, 3]);
  });
});

const picture = (inputs: Readonly<Record<string, unknown>> = {}) => ({
  class_type: 'EmptyImage',
  inputs: { width: 8, height: 8, batch_size: 1, color: 0, ...inputs },
});
const preview = (id: string) => ({ class_type: 'PreviewImage', inputs: { images: [id, 0] } });

/** The reasons against one node, as `type | message | details`. */
const reasonsAgainst = async (prompt: unknown, nodeId: string, known?: NodeRegistry): Promise<string[]> => {
  const verdict = await validate(prompt, null, known);
  const nodeErrors = verdict.kind === 'valid' ? verdict.nodeErrors : verdict.body.node_errors;
  return (nodeErrors[nodeId]?.errors ?? []).map(({ type, message, details }) => `${type} | ${message} | ${details}`);
};

describe('coercion', () => {
  const coerced = async (prompt: Record<string, unknown>, nodeId: string) => {
    const verdict = await validate(prompt);
    expect(verdict.kind).toBe('valid');
    return verdict.kind === 'valid' ? verdict.prompt[nodeId]?.inputs : undefined;
  };

  test.each([
    ['a numeric string', '16', 16],
    ['a string with spaces and underscores', ' 1_6 ', 16],
    ['a fraction', 16.7, 16],
    ['true', true, 1],
  ])('INT takes %s', async (_, given, expected) => {
    expect(await coerced({ 1: picture({ width: given }), 2: preview('1') }, '1')).toMatchObject({ width: expected });
  });

  test.each([
    ['a numeric string', '0.25', 0.25],
    ['an exponent', '1e-1', 0.1],
    ['a boolean', true, 1],
  ])('FLOAT takes %s', async (_, given, expected) => {
    const prompt = {
      1: { class_type: 'SolidMask', inputs: { value: given, width: 4, height: 4 } },
      2: { class_type: 'MaskToImage', inputs: { mask: ['1', 0] } },
      3: preview('2'),
    };
    expect(await coerced(prompt, '1')).toMatchObject({ value: expected });
  });

  test.each([
    ['PrimitiveString', 5, '5'],
    ['PrimitiveString', true, 'True'],
    ['PrimitiveString', null, 'None'],
    ['PrimitiveBoolean', 'false', true],
    ['PrimitiveBoolean', '', false],
    ['PrimitiveBoolean', 0, false],
    ['PrimitiveBoolean', { __value__: [] }, false],
    ['PrimitiveString', { __value__: ['a', 1] }, "['a', 1]"],
  ])('%s takes %j', async (classType, given, expected) => {
    const prompt = {
      1: { class_type: classType, inputs: { value: given } },
      2: { class_type: 'PreviewAny', inputs: { source: ['1', 0] } },
    };
    expect(await coerced(prompt, '1')).toEqual({ value: expected });
  });

  test.each([
    [null, "width, None, int() argument must be a string, a bytes-like object or a real number, not 'NoneType'"],
    ['1.5', "width, 1.5, invalid literal for int() with base 10: '1.5'"],
    [{ a: 1 }, "width, {'a': 1}, int() argument must be a string, a bytes-like object or a real number, not 'dict'"],
  ])('INT refuses %j', async (given, details) => {
    expect(await reasonsAgainst({ 1: picture({ width: given }), 2: preview('1') }, '1')).toEqual([
      `invalid_input_type | Failed to convert an input value to a INT value | ${details}`,
    ]);
  });

  it('leaves the given prompt as it is', async () => {
    const prompt = { 1: picture({ width: '16' }), 2: preview('1') };
    await validate(prompt);
    expect(prompt[1].inputs.width).toBe('16');
  });
});

describe('limits', () => {
  it('prints limits of floats as floats', async () => {
    const scale = { class_type: 'ImageScaleBy', inputs: { image: ['1', 0], upscale_method: 'area', scale_by: 9 } };
    expect(await reasonsAgainst({ 1: picture(), 2: scale, 3: preview('2') }, '2')).toEqual([
      'value_bigger_than_max | Value 9.0 bigger than max of 8.0 | scale_by',
    ]);
  });

  it('takes the limits themselves', async () => {
    expect((await validate({ 1: picture({ width: 1, height: 16384, batch_size: 4096 }), 2: preview('1') })).kind).toBe(
      'valid',
    );
  });

  it('does not print a list of more than 20 options', async () => {
    const names = Array.from({ length: 21 }, (_, index) => `choice${index}`);
    const chooser: NodeDefinition = {
      classType: 'Chooser',
      outputTypes: [],
      isOutputNode: true,
      info: () => Promise.resolve({ input: { required: { name: ['COMBO', { options: names, multiselect: true }] } } }),
      run: () => Promise.resolve({ values: [] }),
    };
    const known = new Map([['Chooser', chooser]]);
    const choose = (name: unknown) => ({ 1: { class_type: 'Chooser', inputs: { name } } });
    expect(await reasonsAgainst(choose('other'), '1', known)).toEqual([
      "value_not_in_list | Value not in list | name: 'other' not in (list of length 21)",
    ]);
    expect((await validate(choose({ __value__: ['choice1', 'choice2'] }), null, known)).kind).toBe('valid');
    expect((await validate(choose({ __value__: ['choice1', 'nope'] }), null, known)).kind).toBe('invalid');
  });
});

describe('what is looked at', () => {
  it('ignores a bad value that no output needs', async () => {
    const verdict = await validate({ 1: picture(), 2: preview('1'), 3: picture({ width: 0 }) });
    expect(verdict).toMatchObject({ kind: 'valid', outputs: ['2'], nodeErrors: {} });
  });

  it('refuses an unknown class that no output needs', async () => {
    const verdict = await validate({ 1: picture(), 2: preview('1'), 3: { class_type: 'Nowhere', inputs: {} } });
    expect(verdict).toMatchObject({ kind: 'invalid', body: { error: { type: 'missing_node_type' } } });
  });

  it('does not take properties of every object for nodes', async () => {
    const verdict = await validate({ 1: { class_type: 'constructor', inputs: {} }, 2: preview('toString') });
    expect(verdict).toMatchObject({
      kind: 'invalid',
      body: { error: { type: 'missing_node_type', details: "Node ID '#1'" } },
    });
  });

  it('runs the outputs that were asked for only', async () => {
    const prompt = { 1: picture(), 2: preview('1'), 3: preview('1') };
    expect(await validate(prompt, ['3'])).toMatchObject({ kind: 'valid', outputs: ['3'] });
    expect(await validate(prompt, ['1', '99'])).toMatchObject({
      kind: 'invalid',
      body: { error: { type: 'prompt_no_outputs' } },
    });
    expect(await validate(prompt, [])).toMatchObject({
      kind: 'invalid',
      body: { error: { type: 'prompt_no_outputs' } },
    });
  });

  it('blames a refused node for every output that fails after it, needed or not', async () => {
    const verdict = await validate({
      1: picture({ width: 0 }),
      2: preview('1'),
      3: picture({ height: 0 }),
      4: preview('3'),
    });
    expect(verdict).toMatchObject({
      body: { node_errors: { 1: { dependent_outputs: ['2', '4'] }, 3: { dependent_outputs: ['4'] } } },
    });
  });

  it('counts an exception against the output node itself', async () => {
    const verdict = await validate({ 1: { class_type: 'PreviewImage' } });
    expect(comparable(verdict)).toEqual({
      kind: 'invalid',
      body: {
        error: {
          type: 'prompt_outputs_failed_validation',
          message: 'Prompt outputs failed validation',
          details: "Exception when validating node: 'inputs'",
          extra_info: {},
        },
        node_errors: {
          1: {
            errors: [
              {
                type: 'exception_during_validation',
                message: 'Exception when validating node',
                details: "'inputs'",
                extra_info: { exception_type: 'KeyError' },
              },
            ],
            dependent_outputs: ['1'],
            class_type: 'PreviewImage',
          },
        },
      },
    });
  });

  it('judges a node once, whatever number of nodes needs it', async () => {
    let checks = 0;
    const countCheck = (): true => {
      checks += 1;
      return true;
    };
    const counted: NodeDefinition = {
      classType: 'Counted',
      outputTypes: ['IMAGE'],
      isOutputNode: false,
      info: () => Promise.resolve({ input: { required: { name: ['STRING'] } } }),
      customValidation: { inputNames: ['name'], check: countCheck },
      run: () => Promise.resolve({ values: [] }),
    };
    const known = new Map([...registry, ['Counted', counted] as const]);
    const prompt = {
      1: { class_type: 'Counted', inputs: { name: '' } },
      2: preview('1'),
      3: preview('1'),
      4: preview('1'),
    };
    expect((await validate(prompt, null, known)).kind).toBe('valid');
    expect(checks).toBe(1);
  });

  it('judges a long chain', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [
        `n${index}`,
        { class_type: 'ImageInvert', inputs: { image: [index === 0 ? 'start' : `n${index - 1}`, 0] } },
      ]),
    );
    expect((await validate({ start: picture(), ...chain, end: preview('n2999') })).kind).toBe('valid');
  });
});

describe('types of links', () => {
  const source = (type: string): NodeDefinition => ({
    classType: 'Source',
    outputTypes: [type],
    isOutputNode: false,
    info: () => Promise.resolve({ input: { required: {} } }),
    run: () => Promise.resolve({ values: [1] }),
  });
  const sink = (type: unknown): NodeDefinition => ({
    classType: 'Sink',
    outputTypes: [],
    isOutputNode: true,
    info: () => Promise.resolve({ input: { optional: { value: [type] } } }),
    run: () => Promise.resolve({ values: [] }),
  });
  const link = async (from: string, to: unknown): Promise<string> => {
    const known = new Map([source(from), sink(to)].map((definition) => [definition.classType, definition]));
    return (
      await validate(
        { 1: { class_type: 'Source', inputs: {} }, 2: { class_type: 'Sink', inputs: { value: ['1', 0] } } },
        null,
        known,
      )
    ).kind;
  };

  test.each([
    ['IMAGE', 'IMAGE', 'valid'],
    ['IMAGE', 'MASK', 'invalid'],
    ['INT', 'INT,FLOAT', 'valid'],
    ['INT,FLOAT', 'FLOAT', 'valid'],
    ['STRING', 'INT,FLOAT', 'invalid'],
    ['IMAGE', '*', 'valid'],
    ['*', 'IMAGE', 'valid'],
    ['COMBO', ['a', 'b'], 'valid'],
    ['STRING', ['a', 'b'], 'invalid'],
  ])('%s into %s is %s', async (from, to, verdict) => {
    expect(await link(from, to)).toBe(verdict);
  });
});

describe('pictures of LoadImage', () => {
  const load = (image: unknown) => ({ 1: { class_type: 'LoadImage', inputs: { image } }, 2: preview('1') });

  it('takes a file of the input folder, also in a subfolder', async () => {
    await writeFile(path.join(folders.input, 'there.png'), '');
    expect((await validate(load('there.png'))).kind).toBe('valid');
    expect((await validate(load('there.png [input]'))).kind).toBe('valid');
  });

  test.each(['there.png [output]', '../output/there.png', '/etc/hostname', 'gone.png'])('refuses %j', async (name) => {
    expect(await reasonsAgainst(load(name), '1')).toEqual([
      `custom_validation_failed | Custom validation failed for node | image - Invalid image file: ${name}`,
    ]);
  });
});

it.each(['', '.', 'sub'])('takes a folder (%j) for a picture until the node runs', async (name) => {
  await mkdir(path.join(folders.input, 'sub'), { recursive: true });
  const load = { 1: { class_type: 'LoadImage', inputs: { image: name } }, 2: preview('1') };
  expect((await validate(load)).kind).toBe('valid');
});

it.each([
  [5, 'int'],
  [1.5, 'float'],
  [true, 'bool'],
  [null, 'NoneType'],
  [[], 'list'],
  [{}, 'dict'],
  [['3', 0], 'NoneType'],
])('LoadImage raises on a name that is %j', async (image, type) => {
  const prompt = {
    1: { class_type: 'LoadImage', inputs: { image } },
    2: preview('1'),
    3: { class_type: 'PrimitiveString', inputs: { value: 'x' } },
  };
  expect(await reasonsAgainst(prompt, '1')).toEqual([
    'exception_during_inner_validation | Exception when validating inner node | ' +
      `'${type}' object has no attribute 'endswith'`,
  ]);
});

describe('what a real server raises on, too', () => {
  it.each([
    ['a list', []],
    ['inputs that are null', { 1: { class_type: 'EmptyImage', inputs: null }, 2: preview('1') }],
    [
      'inputs that are a list, in a node nobody needs',
      { 1: picture(), 2: preview('1'), 3: { class_type: 'X', inputs: [] } },
    ],
    ['a class that is a list', { 1: { class_type: [], inputs: {} } }],
    ['metadata that is null', { 1: { class_type: 'Nope', inputs: {}, _meta: null } }],
  ])('%s', async (_, prompt) => {
    await expect(validate(prompt)).rejects.toSatisfy(isNodeError);
  });
});

it.each([
  [{ class_type: null }, null],
  [{ class_type: 5 }, 5],
  [{ class_type: 'Nope', _meta: { title: 'T' } }, 'T'],
])('names the node %j by what it has', async (node, title) => {
  const verdict = await validate({ 1: { inputs: {}, ...node } });
  expect(verdict).toMatchObject({ body: { error: { extra_info: { node_title: title } } } });
});

it.each([
  [true, 'IndexError', 'tuple index out of range'],
  [-2, 'IndexError', 'tuple index out of range'],
  [0.5, 'TypeError', 'tuple indices must be integers or slices, not float'],
  [null, 'TypeError', 'tuple indices must be integers or slices, not NoneType'],
])('a link to slot %j raises', async (slot, type, details) => {
  const verdict = await validate({ 1: picture(), 2: { class_type: 'PreviewImage', inputs: { images: ['1', slot] } } });
  expect(verdict).toMatchObject({
    body: { node_errors: { 2: { errors: [{ details, extra_info: { exception_type: type } }] } } },
  });
});

it('takes slot false for slot 0', async () => {
  const prompt = { 1: picture(), 2: { class_type: 'PreviewImage', inputs: { images: ['1', false] } } };
  expect((await validate(prompt)).kind).toBe('valid');
});

it.each([
  ['nope', "'nope'"],
  [5, '5'],
  [null, 'None'],
])('prints %j as Python does when it is no option', async (method, text) => {
  const scale = { image: ['1', 0], upscale_method: method, width: 4, height: 4, crop: 'disabled' };
  const [reason] = await reasonsAgainst(
    { 1: picture(), 2: { class_type: 'ImageScale', inputs: scale }, 3: preview('2') },
    '2',
  );
  expect(reason).toContain(`upscale_method: ${text} not in ['nearest-exact'`);
});

it('answers or raises for any JSON at all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (json) => {
      const outcome = await validate(json).catch((error: unknown) => error);
      const isVerdict = typeof outcome === 'object' && outcome !== null && 'kind' in outcome;
      expect(isVerdict || isNodeError(outcome)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

it('answers for any inputs of known classes', async () => {
  const classTypes = [...registry.keys()];
  const anyNode = fc.record({
    class_type: fc.constantFrom(...classTypes),
    inputs: fc.dictionary(
      fc.constantFrom('image', 'images', 'width', 'value', 'source', 'mask', 'text'),
      fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.tuple(fc.constantFrom('a', 'b', 'c', 'x'), fc.integer({ min: -3, max: 3 })),
      ),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.record({ a: anyNode, b: anyNode, c: anyNode }), async (prompt) => {
      const verdict = await validate(prompt);
      expect(['valid', 'invalid']).toContain(verdict.kind);
    }),
    { numRuns: 200 },
  );
});
