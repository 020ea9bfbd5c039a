import { isLink } from '../execution/links.ts';
import type { NodeDefinition, NodeRegistry, SandboxFolders } from '../nodes/node-definition.ts';
import { createNodeError, toNodeFailure } from '../nodes/node-error.ts';
import { pythonRepr, pythonTypeName } from '../nodes/python-text.ts';
import { comboOptions, type InputConfig, inputConfigs, isRecord } from './input-config.ts';
import type { ValidationReason } from './prompt-model.ts';
import { convertToType } from './python-conversion.ts';
import * as reasons from './reasons.ts';
import { typesMatch } from './type-match.ts';

/** A node of a prompt whose class is known; `inputs` may still be missing. */
export interface DraftNode {
  readonly class_type: string;
  inputs?: unknown;
}

export interface NodeOutcome {
  readonly isValid: boolean;
  /** Empty for a node that is only invalid since a node behind it is. */
  readonly reasons: readonly ValidationReason[];
}

/** The walk from outputs to their ancestors: each node is judged once, whatever number of outputs needs it. */
export interface NodeWalk {
  /** Judges a node and all before it, coercing widget values in place; throws what Python would raise. */
  visit(nodeId: string): Promise<NodeOutcome>;
  /** Overrules the outcome of a node whose validation raised. */
  settle(nodeId: string, outcome: NodeOutcome): void;
  /** Nodes judged so far, in the order in which their verdicts fell. */
  readonly outcomes: ReadonlyMap<string, NodeOutcome>;
}

export interface NodeWalkOptions {
  readonly nodes: ReadonlyMap<string, DraftNode>;
  readonly registry: NodeRegistry;
  readonly folders: SandboxFolders;
}

const slotType = (definition: NodeDefinition, slot: unknown): string => {
  const types = definition.outputTypes;
  // To Python true is 1 and false is 0.
  const index = typeof slot === 'boolean' ? Number(slot) : slot;
  if (typeof index !== 'number' || !Number.isInteger(index)) {
    throw createNodeError('TypeError', `tuple indices must be integers or slices, not ${pythonTypeName(slot)}`);
  }
  const type = index < -types.length ? undefined : types.at(index);
  if (type === undefined) throw createNodeError('IndexError', 'tuple index out of range');
  return type;
};

/** Checks of a widget value against its declaration, after conversion; undefined = fine. */
const judgeWidget = (input: InputConfig, value: unknown): ValidationReason | undefined => {
  const { min, max } = input.settings;
  if (typeof value === 'number') {
    if (typeof min === 'number' && value < min) return reasons.valueOutOfRange(input, value, 'min', min);
    if (typeof max === 'number' && value > max) return reasons.valueOutOfRange(input, value, 'max', max);
  }
  const options = comboOptions(input);
  if (options === null) return undefined;
  const chosen = input.settings.multiselect === true && Array.isArray(value) ? value : [value];
  return chosen.every((item) => options.includes(item)) ? undefined : reasons.valueNotInList(input, value, options);
};

const unwrap = (value: unknown): unknown =>
  isRecord(value) && Object.hasOwn(value, '__value__') ? value.__value__ : value;

/** A widget value, converted in place; undefined = fine. */
const judgeValue = (
  input: InputConfig,
  inputs: Record<string, unknown>,
  isCustom: boolean,
): ValidationReason | undefined => {
  const value = unwrap(inputs[input.name]);
  try {
    inputs[input.name] = convertToType(value, input.type);
  } catch (error) {
    return reasons.invalidInputType(input, value, toNodeFailure(error));
  }
  return isCustom ? undefined : judgeWidget(input, inputs[input.name]);
};

/** What the class itself says about its values: of a linked one it sees nothing. It is not asked while one is missing. */
const askClass = async (
  { customValidation }: NodeDefinition,
  inputs: Record<string, unknown>,
  folders: SandboxFolders,
): Promise<ValidationReason[]> => {
  if (customValidation === undefined || !customValidation.inputNames.every((name) => Object.hasOwn(inputs, name))) {
    return [];
  }
  const seen = Object.entries(inputs).map(([name, value]) => [name, isLink(value) ? null : value] as const);
  const verdict = await customValidation.check(Object.fromEntries(seen), folders);
  if (verdict === true) return [];
  return customValidation.inputNames.map((name) => reasons.customValidationFailed(name, verdict));
};

/** The classes of a prompt's nodes; the declaration of each is built once a walk. */
const createClassLookup = ({ nodes, registry, folders }: NodeWalkOptions) => {
  const declarations = new Map<string, Promise<InputConfig[]>>();
  return {
    /** The class of a node; raises as Python does on a node that is not there. */
    definitionOf(nodeId: unknown): NodeDefinition {
      if (typeof nodeId === 'object' && nodeId !== null) {
        throw createNodeError('TypeError', `unhashable type: '${pythonTypeName(nodeId)}'`);
      }
      const node = typeof nodeId === 'string' ? nodes.get(nodeId) : undefined;
      const definition = node === undefined ? undefined : registry.get(node.class_type);
      if (definition === undefined) throw createNodeError('KeyError', pythonRepr(nodeId));
      return definition;
    },
    declaredInputs(definition: NodeDefinition): Promise<InputConfig[]> {
      const known = declarations.get(definition.classType);
      if (known !== undefined) return known;
      const inputs = definition.info(folders).then(inputConfigs);
      declarations.set(definition.classType, inputs);
      return inputs;
    },
  };
};

/** Starts a walk in which nothing has been judged. */
export const createNodeWalk = (options: NodeWalkOptions): NodeWalk => {
  const { nodes, folders } = options;
  const classes = createClassLookup(options);
  const outcomes = new Map<string, NodeOutcome>();
  const visiting: string[] = [];

  const closeCycle = (nodeId: string): NodeOutcome => {
    const cycle = visiting.slice(visiting.indexOf(nodeId));
    const path = [...cycle, nodeId].map((id) => `${id} (${nodes.get(id)?.class_type ?? ''})`).join(' -> ');
    for (const id of cycle) outcomes.set(id, { isValid: false, reasons: [reasons.dependencyCycle(id, cycle, path)] });
    return outcomes.get(nodeId) ?? { isValid: false, reasons: [] };
  };

  /** True, false (the node behind is invalid, and says why itself), or a reason against this node. */
  const judgeLink = async (input: InputConfig, link: readonly unknown[]): Promise<boolean | ValidationReason> => {
    if (link.length !== 2) return reasons.badLinkedInput(input, link);
    const [linkedId, slot] = link;
    const received = slotType(classes.definitionOf(linkedId), slot);
    if (!typesMatch(received, input.type)) return reasons.returnTypeMismatch(input, received, link);
    if (typeof linkedId !== 'string') return false;
    try {
      return (await visit(linkedId)).isValid;
    } catch (error) {
      const reason = reasons.innerException(input, link, toNodeFailure(error));
      outcomes.set(linkedId, { isValid: false, reasons: [reason] });
      return false;
    }
  };

  const judge = async (nodeId: string, definition: NodeDefinition): Promise<NodeOutcome> => {
    const inputs = nodes.get(nodeId)?.inputs;
    if (inputs === undefined) throw createNodeError('KeyError', "'inputs'");
    if (!isRecord(inputs)) throw createNodeError('TypeError', 'inputs must be a dict');
    const found: ValidationReason[] = [];
    let isValid = true;
    for (const input of await classes.declaredInputs(definition)) {
      const given = Object.hasOwn(inputs, input.name) ? inputs[input.name] : undefined;
      if (given === undefined) {
        if (input.isRequired) found.push(reasons.requiredInputMissing(input));
        continue;
      }
      const isCustom = definition.customValidation?.inputNames.includes(input.name) ?? false;
      const verdict = Array.isArray(given)
        ? await judgeLink(input, given)
        : (judgeValue(input, inputs, isCustom) ?? true);
      if (typeof verdict === 'object') found.push(verdict);
      else isValid &&= verdict;
    }
    found.push(...(await askClass(definition, inputs, folders)));
    return { isValid: isValid && found.length === 0, reasons: found };
  };

  const visit = async (nodeId: string): Promise<NodeOutcome> => {
    const known = outcomes.get(nodeId);
    if (known !== undefined) return known;
    if (visiting.includes(nodeId)) return closeCycle(nodeId);
    visiting.push(nodeId);
    try {
      const outcome = await judge(nodeId, classes.definitionOf(nodeId));
      // A cycle through this node has settled it already, with the reason that matters.
      const settled = outcomes.get(nodeId) ?? outcome;
      outcomes.set(nodeId, settled);
      return settled;
    } finally {
      visiting.pop();
    }
  };

  return { visit, settle: (nodeId, outcome) => outcomes.set(nodeId, outcome), outcomes };
};
