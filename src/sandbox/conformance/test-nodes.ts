import { setTimeout as wait } from 'node:timers/promises';
import { createNodeError } from '#comfyui/python/node-failure.ts';
import type { NodeInfo } from '#comfyui/validation/node-class.ts';
import type { ImageBatch, NodeContext, NodeDefinition } from '../nodes/node-definition.ts';
import { encodePreview } from '../nodes/pixels/encode.ts';

type Inputs = Readonly<Record<string, unknown>>;

interface Shape {
  readonly name: string;
  readonly required: Readonly<Record<string, readonly unknown[]>>;
  readonly output: readonly string[];
  readonly isOutputNode: boolean;
}

const describe = ({ name, required, output, isOutputNode }: Shape): NodeInfo => ({
  input: { required },
  input_order: { required: Object.keys(required) },
  is_input_list: false,
  output,
  output_is_list: output.map(() => false),
  output_name: output,
  name,
  display_name: name,
  description: '',
  python_module: 'custom_nodes.research_pack',
  category: 'research',
  output_node: isOutputNode,
  has_intermediate_output: false,
  search_aliases: [],
});

const defined = (shape: Shape, run: NodeDefinition['run']): NodeDefinition => ({
  classType: shape.name,
  outputTypes: shape.output,
  isOutputNode: shape.isOutputNode,
  info: async () => describe(shape),
  run,
});

const numberIn = (inputs: Inputs, name: string): number => {
  const value = inputs[name];
  return typeof value === 'number' ? value : 0;
};

const side = 64;

const pictureOf = (seed: number): ImageBatch => ({
  kind: 'image',
  width: side,
  height: side,
  channels: 3,
  frames: [new Float32Array(side * side * 3).fill((seed % 256) / 255)],
});

const runSteps = async (inputs: Inputs, context: NodeContext) => {
  const steps = numberIn(inputs, 'steps');
  const picture = pictureOf(numberIn(inputs, 'seed'));
  const data = picture.frames[0] ?? new Float32Array();
  const preview = async () => ({
    bytes: await encodePreview({ data, width: side, height: side, channels: 3 }, context.previewSize),
    mediaType: 'image/jpeg' as const,
  });
  for (let step = 1; step <= steps; step += 1) {
    await wait(numberIn(inputs, 'delay') * 1000);
    await context.progress(step, steps, inputs.preview === true ? preview : undefined);
  }
  return { values: [picture] };
};

/** Steps with progress, with a preview each when asked for. */
const steps = defined(
  {
    name: 'RSteps',
    required: {
      steps: ['INT', { default: 3, min: 1, max: 10_000 }],
      delay: ['FLOAT', { default: 0.05, min: 0, max: 60, step: 0.01 }],
      preview: ['BOOLEAN', { default: false }],
      seed: ['INT', { default: 0, min: 0, max: Number.MAX_SAFE_INTEGER }],
    },
    output: ['IMAGE'],
    isOutputNode: false,
  },
  runSteps,
);

/** Raises. */
const failing = defined(
  {
    name: 'RFail',
    required: { image: ['IMAGE'], message: ['STRING', { default: 'boom' }] },
    output: ['IMAGE'],
    isOutputNode: false,
  },
  async (inputs) => {
    throw createNodeError('ValueError', String(inputs.message), ['  File "research_pack.py", line 26, in go\n']);
  },
);

/** Shows a text, after saying so while it works. */
const showingText = defined(
  { name: 'RText', required: { text: ['STRING', { default: '' }] }, output: ['STRING'], isOutputNode: true },
  async (inputs, context) => {
    const text = String(inputs.text);
    context.sendText?.(`working: ${text}`);
    return { values: [text], ui: { text: [text] } };
  },
);

/** Takes colours that it does not list as well: it checks them by itself, of which its description says nothing. */
const colour: NodeDefinition = {
  ...defined(
    { name: 'RColour', required: { name: [['red', 'blue']] }, output: ['STRING'], isOutputNode: true },
    async (inputs) => ({ values: [inputs.name], ui: { text: [String(inputs.name)] } }),
  ),
  customValidation: {
    inputNames: ['name'],
    check: ({ name }) => (/^#[0-9a-f]{6}$/.test(String(name)) || name === 'red' ? true : `No colour: ${String(name)}`),
  },
};

/** The classes of the node pack that the recordings were made with, and one with a check of its own. */
export const testNodes: readonly NodeDefinition[] = [steps, failing, showingText, colour];
