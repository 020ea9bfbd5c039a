import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isNodeError } from '../python/node-failure.ts';
import infos from './fixtures/object-info.golden.json' with { type: 'json' };
import golden from './fixtures/prompt-errors.golden.json' with { type: 'json' };
import { type ClassLookup, type NodeClass, type NodeInfo, readNodeClass } from './node-class.ts';
import { validatePrompt } from './validate-prompt.ts';

const known: Readonly<Record<string, NodeInfo>> = infos;
const noFile: NodeClass['customValidation'] = {
  inputNames: ['image'],
  check: ({ image }) => `Invalid image file: ${String(image)}`,
};
const classes = new Map(
  Object.entries(known).map(([name, info]) => [name, readNodeClass(info, name === 'LoadImage' ? noFile : undefined)]),
);
const classOf: ClassLookup = (classType) => classes.get(classType);
const validate = (prompt: unknown) => validatePrompt(prompt, { classOf });

/** Free texts and tracebacks are not compared; the order of dependent outputs is arbitrary in a real server. */
const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'tooltip' && key !== 'traceback');
  return Object.fromEntries(
    kept.map(([key, item]) => [
      key,
      key === 'dependent_outputs' && Array.isArray(item)
        ? item.toSorted((a, b) => String(a).localeCompare(String(b)))
        : comparable(item),
    ]),
  );
};

const recorded: Readonly<Record<string, { prompt: unknown; status: number; body: unknown }>> = golden;

describe('what a real server answered, from what it says of its nodes', () => {
  test.each(Object.entries(recorded))('%s', (_name, { prompt, status, body }) => {
    if (status === 500) {
      expect(() => validate(prompt)).toThrow(expect.toSatisfy(isNodeError));
      return;
    }
    const verdict = validate(prompt);
    expect(verdict.kind).toBe(status === 400 ? 'invalid' : 'valid');
    const answer = verdict.kind === 'valid' ? { node_errors: verdict.nodeErrors } : verdict.body;
    expect(comparable(answer)).toEqual(comparable(body));
  });
});

/** The reasons against one node, as `type | details | input`. */
const reasonsAgainst = (prompt: unknown, nodeId: string): string[] => {
  const verdict = validate(prompt);
  const nodeErrors = verdict.kind === 'valid' ? verdict.nodeErrors : verdict.body.node_errors;
  return (nodeErrors[nodeId]?.errors ?? []).map(
    ({ type, details, extra_info: extra }) => `${type} | ${details} | ${String(extra['input_name'])}`,
  );
};

const picture = { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: 0 } };
const video = { class_type: 'CreateVideo', inputs: { images: ['1', 0], fps: 8 } };
const save = (format: Readonly<Record<string, unknown>>) => ({
  1: picture,
  2: video,
  3: { class_type: 'SaveVideo', inputs: { video: ['2', 0], filename_prefix: 'x', ...format } },
});
const preview = (nodeId: string) => ({ class_type: 'PreviewAny', inputs: { source: [nodeId, 0] } });

describe('inputs that bring more inputs', () => {
  it.each([
    ['all that the choice needs', { format: 'mp4', 'format.codec': 'h264', 'format.codec.encoding': 'auto' }],
    ['a choice within a choice', { format: 'mp4', 'format.codec': 'auto' }],
    ['no choice within a choice', { format: 'mp4' }],
    ['no choice at all', {}],
    ['a choice that does not exist, which fails only when it runs', { format: 'nope' }],
    ['inputs of a choice that was not made', { format: 'auto', 'format.codec.encoding.crf': 'x' }],
  ])('are as a real server takes them: %s', (_name, format) => {
    expect(validate(save(format))).toMatchObject({ kind: 'valid', outputs: ['3'], nodeErrors: {} });
  });

  const reEncoded = { format: 'mp4', 'format.codec': 'h264', 'format.codec.encoding': 're-encode' };

  it('are checked as deep as they go', () => {
    const wrong = { 'format.codec.encoding.crf': 52, 'format.codec.encoding.color_space': 'grey' };
    expect(reasonsAgainst(save({ ...reEncoded, ...wrong }), '3')).toEqual([
      'value_bigger_than_max | format.codec.encoding.crf | format.codec.encoding.crf',
      "value_not_in_list | format.codec.encoding.color_space: 'grey' not in ['auto', 'sRGB', 'HDR', 'HDR PQ'] | format.codec.encoding.color_space",
    ]);
  });

  it('are missed under their last name', () => {
    expect(reasonsAgainst(save(reEncoded), '3')).toEqual([
      'required_input_missing | crf | format.codec.encoding.crf',
      'required_input_missing | color_space | format.codec.encoding.color_space',
    ]);
  });

  const sum = (values: Readonly<Record<string, unknown>>) => ({
    m: { class_type: 'ComfyMathExpression', inputs: { expression: 'a + b', ...values } },
    n: { class_type: 'PrimitiveFloat', inputs: { value: 2 } },
    i: picture,
    p: preview('m'),
  });

  it('grow by name', () => {
    expect(validate(sum({ 'values.a': ['n', 0], 'values.z': 3 })).kind).toBe('valid');
    expect(reasonsAgainst(sum({ 'values.b': 1 }), 'm')).toEqual(['required_input_missing | a | values.a']);
    expect(reasonsAgainst(sum({ 'values.a': 1, 'values.c': ['i', 0] }), 'm')).toEqual([
      'return_type_mismatch | values.c, received_type(IMAGE) mismatch input_type(FLOAT,INT,BOOLEAN) | values.c',
    ]);
  });

  it('grow by number', () => {
    const batch = (images: Readonly<Record<string, unknown>>) => ({
      1: picture,
      2: { class_type: 'BatchImagesNode', inputs: images },
      3: preview('2'),
    });
    expect(validate(batch({ 'images.image0': ['1', 0], 'images.image49': ['1', 0] })).kind).toBe('valid');
    expect(reasonsAgainst(batch({ 'images.image1': ['1', 0] }), '2')).toEqual([
      'required_input_missing | image0 | images.image0',
    ]);
    expect(reasonsAgainst(batch({ 'images.image0': ['1', 0], 'images.image1': ['1'] }), '2')).toEqual([
      'bad_linked_input | images.image1 | images.image1',
    ]);
  });

  it('need none where what grows is optional', () => {
    const grown = (section: string) => {
      const template = { input: { [section]: { v: ['INT', {}] } }, prefix: 'v', min: 1, max: 3 };
      return readNodeClass({ input: { required: { n: ['COMFY_AUTOGROW_V3', { template }] } } }).inputs({});
    };
    expect(grown('optional').map(({ name, isRequired }) => [name, isRequired])).toEqual([
      ['n.v0', false],
      ['n.v1', false],
      ['n.v2', false],
    ]);
    expect(grown('required').filter(({ isRequired }) => isRequired)).toHaveLength(1);
  });

  it('end in a description that never ends', () => {
    const endless: Record<string, unknown> = {};
    const shape = ['COMFY_DYNAMICCOMBO_V3', { options: [{ key: 'k', inputs: { required: endless } }] }];
    endless['n'] = shape;
    const given: Record<string, unknown> = {};
    for (let name = 'n', depth = 0; depth < 40; depth += 1, name += '.n') given[name] = 'k';
    expect(readNodeClass({ input: { required: { n: shape } } }).inputs(given).length).toBeLessThan(20);
    const grown = ['COMFY_AUTOGROW_V3', { template: { input: { required: { v: ['INT'] } }, prefix: 'v', max: 1e9 } }];
    expect(readNodeClass({ input: { required: { n: grown } } }).inputs({}).length).toBeLessThanOrEqual(1000);
  });
});

describe('types', () => {
  const choose = (inputs: Readonly<Record<string, unknown>>) => ({
    1: picture,
    2: { class_type: 'PrimitiveInt', inputs: { value: 1 } },
    s: { class_type: 'ComfySwitchNode', inputs },
    p: preview('s'),
    o: { class_type: 'PreviewImage', inputs: { images: ['s', 0] } },
  });

  it('that match each other are left to the page', () => {
    expect(validate(choose({ switch: true, on_false: ['1', 0], on_true: ['2', 0] }))).toMatchObject({
      kind: 'valid',
      outputs: ['p', 'o'],
    });
  });

  it('are asked of lazy inputs too', () => {
    expect(reasonsAgainst(choose({ switch: true, on_true: ['2', 0] }), 's')).toEqual([
      'required_input_missing | on_false | on_false',
    ]);
  });

  it.each([
    ['the same list', ['a', 'b'], ['a', 'b'], true],
    ['another list', ['a', 'b'], ['a'], false],
    ['a list for the newer kind', ['a'], 'COMBO', true],
    ['anything for a list', '*', ['a'], true],
    ['a number for a list', 'INT', ['a'], false],
    ['a list for a number', ['a'], 'INT', false],
    ['a union', 'INT', 'FLOAT, INT', true],
    ['no type at all', null, 'INT', false],
  ])('of custom nodes may be lists: %s', (_name, given, wanted, fits) => {
    const own: Readonly<Record<string, NodeInfo>> = {
      From: { output: [given] },
      To: { output: [], output_node: true, input: { required: { x: [wanted] } } },
    };
    const verdict = validatePrompt(
      { 1: { class_type: 'From', inputs: {} }, 2: { class_type: 'To', inputs: { x: ['1', 0] } } },
      { classOf: (classType) => (own[classType] === undefined ? undefined : readNodeClass(own[classType])) },
    );
    expect(verdict.kind).toBe(fits ? 'valid' : 'invalid');
  });
});

describe('values', () => {
  const seeded = (seed: unknown) => ({ 1: { class_type: 'PrimitiveInt', inputs: { value: seed } }, p: preview('1') });

  it.each([
    ['9223372036854775807', true],
    ['18446744073709551615', false],
    ['nan', false],
    [true, true],
    [{ __value__: 3 }, true],
    [[], false],
  ])('%j as a whole number of 64 bits: %j', (seed, isTaken) => {
    expect(validate(seeded(seed)).kind).toBe(isTaken ? 'valid' : 'invalid');
  });

  it.each(['nan', 'inf', '-Infinity'])('%s as a number without limits', (value) => {
    const own: NodeInfo = { output_node: true, input: { required: { x: ['FLOAT', {}] } } };
    const prompt = { 1: { class_type: 'Own', inputs: { x: value } } };
    expect(validatePrompt(prompt, { classOf: () => readNodeClass(own) }).kind).toBe('valid');
  });

  it('that cannot be compared with a limit raise', () => {
    const own: NodeInfo = { output_node: true, input: { required: { x: ['INT,FLOAT', { min: 0 }] } } };
    const verdict = validatePrompt(
      { 1: { class_type: 'Own', inputs: { x: 'five' } } },
      { classOf: () => readNodeClass(own) },
    );
    expect(verdict).toMatchObject({
      kind: 'invalid',
      body: {
        node_errors: {
          1: {
            errors: [
              {
                type: 'exception_during_validation',
                details: "'<' not supported between instances of 'str' and 'int'",
                extra_info: { exception_type: 'TypeError' },
              },
            ],
          },
        },
      },
    });
  });

  it('of a list whose options come from a route may be anything', () => {
    const prompt = { 1: { class_type: 'LoadImageOutput', inputs: { image: 'x.png [output]' } }, p: preview('1') };
    expect(validate(prompt).kind).toBe('valid');
  });

  it('leave the prompt as it was given', () => {
    const prompt = { 1: { ...picture, inputs: { ...picture.inputs, width: '16' } }, p: preview('1') };
    const before = structuredClone(prompt);
    const verdict = validate(prompt);
    expect(prompt).toEqual(before);
    expect(verdict.kind === 'valid' && verdict.prompt['1']?.inputs['width']).toBe(16);
  });
});

it('takes any description of a class', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('input', 'output', 'output_node'), fc.jsonValue()), (info) => {
      const described = readNodeClass({ ...info, output_node: true });
      const verdict = validatePrompt(
        { 1: { class_type: 'Own', inputs: { required: 1, a: ['1', 0] } } },
        { classOf: () => described },
      );
      expect(['valid', 'invalid']).toContain(verdict.kind);
    }),
    { numRuns: 300 },
  );
});

describe('a cycle', () => {
  const scale = (image: string, method: string) => ({
    class_type: 'ImageScale',
    inputs: { image: [image, 0], upscale_method: method, width: 8, height: 8, crop: 'center' },
  });
  const reasonsOf = (prompt: unknown): Readonly<Record<string, readonly string[]>> => {
    const verdict = validate(prompt);
    if (verdict.kind === 'valid') throw new Error('valid');
    return Object.fromEntries(
      Object.entries(verdict.body.node_errors).map(([nodeId, { errors }]) => [nodeId, errors.map(({ type }) => type)]),
    );
  };

  it('is told beside what else is wrong with its nodes', () => {
    expect(reasonsOf({ 1: scale('1', 'x'), o: preview('1') })).toEqual({
      1: ['dependency_cycle', 'value_not_in_list'],
    });
    expect(reasonsOf({ 1: scale('2', 'area'), 2: scale('1', 'x'), o: preview('1') })).toEqual({
      1: ['dependency_cycle'],
      2: ['dependency_cycle', 'value_not_in_list'],
    });
  });
});

describe('a prompt that no person made', () => {
  const many = (count: number, node: (index: number) => unknown): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, node(index)]));
  const broken = { class_type: 'PreviewImage', inputs: {} };
  const linked = (index: number) => ({ class_type: 'ImageInvert', inputs: { image: [`n${index}`, 0] } });

  it.each<[string, Record<string, unknown>]>([
    ['thousands of outputs that fail', many(20_000, () => broken)],
    ['outputs that all need one broken node', { ...many(20_000, () => preview('x')), x: linked(-1) }],
    ['a cycle of thousands', { ...many(20_000, (index) => linked((index + 1) % 20_000)), o: preview('n0') }],
    ['a chain that ends nowhere', { ...many(20_000, (index) => linked(index + 1)), o: preview('n0') }],
  ])('%s: the answer stays small and comes soon', (_name, prompt) => {
    const verdict = validate(prompt);
    expect(verdict.kind).toBe('invalid');
    expect(JSON.stringify(verdict).length).toBeLessThan(10_000_000);
  });

  it('is still told as a real server would where hundreds of outputs fail', () => {
    const verdict = validate(many(300, () => broken));
    if (verdict.kind === 'valid') throw new Error('valid');
    const errors = Object.values(verdict.body.node_errors);
    expect(errors).toHaveLength(300);
    expect(errors[0]?.dependent_outputs).toHaveLength(300);
  });
});
