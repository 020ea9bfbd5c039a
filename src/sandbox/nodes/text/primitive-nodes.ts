import type { FloatValue } from '#comfyui/python/float-value.ts';
import type { NodeDefinition } from '../node-definition.ts';
import { defineNode, type InputShape } from '../node-shape.ts';
import type { InputReader } from '../read-inputs.ts';

/** Python's sys.maxsize, as near as a double comes. */
const largestInteger = 9223372036854775807n;
const integerRange = { min: -Number(largestInteger), max: Number(largestInteger) };

interface Primitive {
  readonly classType: string;
  readonly displayName: string;
  readonly outputType: string;
  readonly value: InputShape;
  readonly read: (inputs: InputReader) => unknown;
}

const primitive = ({ classType, displayName, outputType, value, read }: Primitive): NodeDefinition =>
  defineNode(
    {
      classType,
      displayName,
      description: 'Hands on the value that was typed in.',
      pythonModule: 'comfy_extras.nodes_primitive',
      category: 'utilities/primitive',
      api: 'v3',
      inputs: { required: { value } },
      outputTypes: [outputType],
    },
    { run: (inputs) => ({ values: [read(inputs)] }) },
  );

/** The nodes that hold one typed-in value. */
export const primitiveNodes = (): NodeDefinition[] => [
  primitive({
    classType: 'PrimitiveInt',
    displayName: 'Int',
    outputType: 'INT',
    value: ['INT', { ...integerRange, control_after_generate: 'fixed' }],
    read: (inputs) => Math.trunc(inputs.number('value')),
  }),
  primitive({
    classType: 'PrimitiveFloat',
    displayName: 'Float',
    outputType: 'FLOAT',
    value: ['FLOAT', { ...integerRange, step: 0.1 }],
    read: (inputs): FloatValue => ({ kind: 'float', value: inputs.number('value') }),
  }),
  primitive({
    classType: 'PrimitiveString',
    displayName: 'Text',
    outputType: 'STRING',
    value: ['STRING', { multiline: false }],
    read: (inputs) => inputs.text('value'),
  }),
  primitive({
    classType: 'PrimitiveStringMultiline',
    displayName: 'Text (Multiline)',
    outputType: 'STRING',
    value: ['STRING', { multiline: true }],
    read: (inputs) => inputs.text('value'),
  }),
  primitive({
    classType: 'PrimitiveBoolean',
    displayName: 'Boolean',
    outputType: 'BOOLEAN',
    value: ['BOOLEAN', {}],
    read: (inputs) => inputs.boolean('value'),
  }),
];
