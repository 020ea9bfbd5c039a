import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prompt } from '#contract/models/workflow.ts';
import { convertEditorWorkflow } from './convert-editor-workflow.ts';
import { editorFromPrompt } from './editor-from-prompt.ts';
import { knownClass } from './node-infos.fixture.ts';

const text = fc.string({ maxLength: 12 });
const whole = fc.integer({ min: 0, max: 1e9 });
const part = fc.double({ min: 0, max: 100, noNaN: true });

/** Values of every field of a class, as a graph of ComfyUI would have them. */
const valuesOf = {
  Loader: fc.record({ ckpt_name: fc.constantFrom('a.safetensors', 'b.safetensors') }),
  Encode: fc.record({ text }),
  Empty: fc.record({ width: whole, height: whole }),
  Sampler: fc.record({
    seed: whole,
    steps: whole,
    cfg: part,
    sampler_name: fc.constantFrom('euler', 'heun'),
    tiled: fc.boolean(),
  }),
  OldSeed: fc.record({ noise_seed: whole, mode: fc.constantFrom('fixed', 'free') }),
  Scale: fc.record({ by: part }),
  Load: fc.record({ image: fc.constantFrom('a.png', 'x.png') }),
  Save: fc.record({ filename_prefix: text }),
  Points: fc.record({ color: text, points: fc.constantFrom({ __value__: [1, 2, 3] }) }),
  Film: fc.oneof(
    fc.record({ format: fc.constant('auto'), name: text }),
    fc.record({
      format: fc.constant('mp4'),
      'format.crf': part,
      'format.codec': fc.constant('h264'),
      'format.codec.fast': fc.boolean(),
      name: text,
    }),
  ),
};

/** Sockets of a class, and a field that may be linked as well. */
const sockets: Readonly<Record<string, readonly string[]>> = {
  Encode: ['clip', 'text'],
  Empty: ['width'],
  Sampler: ['model', 'positive', 'latent', 'seed'],
  Scale: ['image', 'by'],
  Save: ['images', 'filename_prefix'],
  Film: ['images'],
  Forced: ['text'],
  Decode: ['samples', 'vae'],
};

const oneNode = fc.oneof(
  ...Object.entries(valuesOf).map(([classType, values]) => {
    const links = fc.array(fc.tuple(fc.constantFrom(...(sockets[classType] ?? [''])), fc.nat(), fc.nat(2)), {
      maxLength: 4,
    });
    return fc.tuple(fc.constant(classType), fc.oneof<fc.Arbitrary<object>[]>(values), links);
  }),
);

/** Graphs without circles: every link goes to a node before. */
const graphs = fc.array(oneNode, { minLength: 1, maxLength: 12 }).map(
  (nodes): Prompt =>
    Object.fromEntries(
      nodes.map(([class_type, values, links], index): [string, Prompt[string]] => {
        const linked = links.flatMap(([name, source, slot]): [string, unknown][] =>
          index === 0 || name === '' ? [] : [[name, [String((source % index) + 1), slot]]],
        );
        const inputs = { ...values, ...Object.fromEntries(linked) };
        return [String(index + 1), { class_type, inputs, _meta: { title: `${class_type} ${index}` } }];
      }),
    ),
);

const rebuilt = (prompt: Prompt): Prompt => {
  const made = editorFromPrompt(prompt, knownClass);
  if (!('file' in made)) throw new Error(made.unknown.join());
  const back = convertEditorWorkflow(structuredClone(made.file), knownClass);
  if (back.kind === 'refused') throw new Error(JSON.stringify(back.problems));
  return back.prompt;
};

describe('editorFromPrompt', () => {
  it('makes a file that converts back into the same graph', () => {
    fc.assert(
      fc.property(graphs, (prompt) => {
        expect(rebuilt(prompt)).toEqual(prompt);
      }),
    );
  });

  it('gives nodes of subgraphs and with names whole numbers', () => {
    const prompt: Prompt = {
      '12:3': { class_type: 'Load', inputs: { image: 'a.png' } },
      save: { class_type: 'Save', inputs: { images: ['12:3', 0], filename_prefix: 'x' } },
      '7': { class_type: 'Save', inputs: { images: ['12:3', 0], filename_prefix: 'y' } },
    };
    const made = editorFromPrompt(prompt, knownClass);
    expect(made).toMatchObject({ file: { last_node_id: 9, nodes: [{ id: 7 }, { id: 8 }, { id: 9 }] } });
    expect(Object.values(rebuilt(prompt)).map(({ inputs }) => inputs)).toEqual([
      { images: ['8', 0], filename_prefix: 'y' },
      { image: 'a.png' },
      { images: ['8', 0], filename_prefix: 'x' },
    ]);
  });

  it('lays nodes out from left to right, even where links go round', () => {
    const prompt: Prompt = {
      '1': { class_type: 'Scale', inputs: { image: ['2', 0], by: 1 } },
      '2': { class_type: 'Scale', inputs: { image: ['1', 0], by: 1 } },
      '3': { class_type: 'Save', inputs: { images: ['2', 0], filename_prefix: 'x' } },
    };
    expect(rebuilt(prompt)['3']?.inputs).toEqual({ images: ['2', 0], filename_prefix: 'x' });
  });

  it('names the classes that nobody knows', () => {
    expect(editorFromPrompt({ '1': { class_type: 'Gone', inputs: {} } }, knownClass)).toEqual({ unknown: ['Gone'] });
  });
});
