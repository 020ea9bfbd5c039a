import type { NodeInfo } from '#comfyui/validation/node-class.ts';
import type { NodeContext, NodeDefinition, NodeResult, SandboxFolders } from './node-definition.ts';
import { type InputReader, readInputs } from './read-inputs.ts';

/** Type (or the options of a combo) and, where the class declares any, settings of one input. */
export type InputShape = readonly [type: string | readonly string[], settings?: Readonly<Record<string, unknown>>];

/** Inputs of a class by section, in the order in which object_info lists them. */
export interface InputSections {
  readonly required: Readonly<Record<string, InputShape>>;
  readonly optional?: Readonly<Record<string, InputShape>>;
  readonly hidden?: Readonly<Record<string, string>>;
}

/** Everything about a class but what it does. */
export interface NodeShape {
  readonly classType: string;
  readonly displayName: string;
  readonly description: string;
  readonly pythonModule: string;
  readonly category: string;
  /** Classes of the newer node API list every key, with nulls (comfyui-protocol.md 4.10). */
  readonly api: 'v1' | 'v3';
  readonly inputs: InputSections | ((folders: SandboxFolders) => Promise<InputSections>);
  readonly outputTypes: readonly string[];
  /** Defaults to the types. */
  readonly outputNames?: readonly string[];
  readonly isOutputNode?: boolean;
  readonly isDeprecated?: boolean;
}

/** What a class does, with typed access to its inputs. */
export interface NodeBehaviour extends Pick<NodeDefinition, 'changeKey' | 'customValidation'> {
  run(inputs: InputReader, context: NodeContext): Promise<NodeResult> | NodeResult;
}

const inputOrder = (sections: InputSections): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(sections).map(([section, inputs]) => [section, Object.keys(inputs)]));

const describe = (shape: NodeShape, sections: InputSections): NodeInfo => {
  const { outputTypes, isDeprecated = false, isOutputNode = false } = shape;
  const common = {
    input: sections,
    input_order: inputOrder(sections),
    is_input_list: false,
    output: outputTypes,
    output_is_list: outputTypes.map(() => false),
    output_name: shape.outputNames ?? outputTypes,
  };
  const naming = {
    name: shape.classType,
    display_name: shape.displayName,
    description: shape.description,
    python_module: shape.pythonModule,
    category: shape.category,
    output_node: isOutputNode,
  };
  if (shape.api === 'v1') {
    const info = { ...common, ...naming, has_intermediate_output: false };
    return isDeprecated ? { ...info, deprecated: true, search_aliases: [] } : { ...info, search_aliases: [] };
  }
  return {
    ...common,
    output_tooltips: outputTypes.map(() => null),
    output_matchtypes: null,
    ...naming,
    deprecated: isDeprecated,
    experimental: false,
    dev_only: false,
    api_node: false,
    price_badge: null,
    has_intermediate_output: false,
    search_aliases: null,
    essentials_category: null,
  };
};

/** Joins the shape and the behaviour of a class. */
export const defineNode = (shape: NodeShape, behaviour: NodeBehaviour): NodeDefinition => {
  const { inputs } = shape;
  return {
    ...behaviour,
    classType: shape.classType,
    outputTypes: shape.outputTypes,
    isOutputNode: shape.isOutputNode ?? false,
    info: async (folders) => describe(shape, typeof inputs === 'function' ? await inputs(folders) : inputs),
    run: async (values, context) => await behaviour.run(readInputs(values), context),
  };
};
