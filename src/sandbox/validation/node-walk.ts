import type { NodeDefinition, NodeInfo, NodeRegistry, SandboxFolders } from '../nodes/node-definition.ts';
import { createNodeError, toNodeFailure } from '../nodes/node-error.ts';
import { pythonRepr } from '../nodes/python-text.ts';
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
  if (typeof slot !== 'number' || !Number.isInteger(slot)) {
    const found = typeof slot === 'string' ? 'str' : typeof slot;
    throw createNodeError('TypeError', `tuple indices must be integers or slices, not ${found}`);
  }
  const type = types.at(slot);
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

export const createNodeWalk = ({ nodes, registry, folders }: NodeWalkOptions): NodeWalk => {
  const outcomes = new Map<string, NodeOutcome>();
  const visiting: string[] = [];
  const infos = new Map<string, Promise<NodeInfo>>();

  const infoOf = (definition: NodeDefinition): Promise<NodeInfo> => {
    const known = infos.get(definition.classType);
    if (known !== undefined) return known;
    const info = definition.info(folders);
    infos.set(definition.classType, info);
    return info;
  };

  const definitionOf = (nodeId: unknown): NodeDefinition => {
    const node = typeof nodeId === 'string' ? nodes.get(nodeId) : undefined;
    const definition = node === undefined ? undefined : registry.get(node.class_type);
    if (definition === undefined) throw createNodeError('KeyError', pythonRepr(nodeId));
    return definition;
  };

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
    const received = slotType(definitionOf(linkedId), slot);
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

  const judgeInput = async (
    input: InputConfig,
    inputs: Record<string, unknown>,
    isCustom: boolean,
  ): Promise<boolean | ValidationReason> => {
    if (!Object.hasOwn(inputs, input.name)) return input.isRequired ? reasons.requiredInputMissing(input) : true;
    const given = inputs[input.name];
    if (Array.isArray(given)) return await judgeLink(input, given);
    const value = unwrap(given);
    try {
      inputs[input.name] = convertToType(value, input.type);
    } catch (error) {
      return reasons.invalidInputType(input, value, toNodeFailure(error));
    }
    return isCustom ? true : (judgeWidget(input, inputs[input.name]) ?? true);
  };

  const runCustomValidation = async (
    definition: NodeDefinition,
    inputs: Record<string, unknown>,
  ): Promise<ValidationReason[]> => {
    const custom = definition.customValidation;
    const isGiven = (name: string): boolean => Object.hasOwn(inputs, name) && !Array.isArray(inputs[name]);
    if (custom === undefined || !custom.inputNames.every(isGiven)) return [];
    const verdict = await custom.check(inputs, folders);
    return verdict === true ? [] : custom.inputNames.map((name) => reasons.customValidationFailed(name, verdict));
  };

  const judge = async (nodeId: string, definition: NodeDefinition): Promise<NodeOutcome> => {
    const inputs = nodes.get(nodeId)?.inputs;
    if (inputs === undefined) throw createNodeError('KeyError', "'inputs'");
    if (!isRecord(inputs)) throw createNodeError('TypeError', 'inputs must be a dict');
    const found: ValidationReason[] = [];
    let isValid = true;
    for (const input of inputConfigs(await infoOf(definition))) {
      const isCustom = definition.customValidation?.inputNames.includes(input.name) ?? false;
      const verdict = await judgeInput(input, inputs, isCustom);
      if (typeof verdict === 'object') found.push(verdict);
      else isValid &&= verdict;
    }
    found.push(...(await runCustomValidation(definition, inputs)));
    return { isValid: isValid && found.length === 0, reasons: found };
  };

  const visit = async (nodeId: string): Promise<NodeOutcome> => {
    const known = outcomes.get(nodeId);
    if (known !== undefined) return known;
    if (visiting.includes(nodeId)) return closeCycle(nodeId);
    visiting.push(nodeId);
    try {
      const outcome = await judge(nodeId, definitionOf(nodeId));
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
