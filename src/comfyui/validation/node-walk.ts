import { createNodeError, toNodeFailure } from '../python/node-failure.ts';
import { pythonRepr, pythonTypeName } from '../python/python-text.ts';
import { type InputConfig, isRecord } from './input-config.ts';
import type { ClassLookup, NodeClass } from './node-class.ts';
import type { ValidationReason } from './prompt-model.ts';
import { convertToType } from './python-conversion.ts';
import * as reasons from './reasons.ts';
import { typesMatch } from './type-match.ts';
import { judgeWidget } from './widget-values.ts';

/** A node of a prompt whose class is known; `inputs` may still be missing. */
export interface DraftNode {
  readonly class_type: string;
  readonly inputs?: unknown;
}

export interface NodeOutcome {
  readonly isValid: boolean;
  /** Empty for a node that is only invalid since a node behind it is. */
  readonly reasons: readonly ValidationReason[];
}

/** The walk from outputs to their ancestors: each node is judged once, whatever number of outputs needs it. */
export interface NodeWalk {
  /** Judges a node and all before it; throws what Python would raise. */
  visit(nodeId: string): NodeOutcome;
  /** Overrules the outcome of a node whose validation raised. */
  settle(nodeId: string, outcome: NodeOutcome): void;
  /** Nodes judged so far, in the order in which their verdicts fell. */
  readonly outcomes: ReadonlyMap<string, NodeOutcome>;
  /** Inputs of the nodes judged so far, with widget values coerced to their declared types. */
  readonly coerced: ReadonlyMap<string, Record<string, unknown>>;
}

export interface NodeWalkOptions {
  readonly nodes: ReadonlyMap<string, DraftNode>;
  readonly classOf: ClassLookup;
}

const anyType = '*';

const slotType = ({ outputTypes, isLoose }: NodeClass, slot: unknown): unknown => {
  // To Python true is 1 and false is 0.
  const index = typeof slot === 'boolean' ? Number(slot) : slot;
  if (typeof index !== 'number' || !Number.isInteger(index)) {
    throw createNodeError('TypeError', `tuple indices must be integers or slices, not ${pythonTypeName(slot)}`);
  }
  if (index >= outputTypes.length || index < -outputTypes.length) {
    // Packs declare outputs that have any number of slots: tuples of their own kind, of which JSON shows the beginning.
    if (isLoose === true) return anyType;
    throw createNodeError('IndexError', 'tuple index out of range');
  }
  return outputTypes.at(index);
};

const isLink = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'number';

/** A list as the value of a widget comes wrapped, since a bare one would be a link (comfyui-protocol.md 4.1). */
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
const askClass = ({ customValidation }: NodeClass, inputs: Record<string, unknown>): ValidationReason[] => {
  if (customValidation === undefined || !customValidation.inputNames.every((name) => Object.hasOwn(inputs, name))) {
    return [];
  }
  const seen = Object.entries(inputs).map(([name, value]) => [name, isLink(value) ? null : value] as const);
  const verdict = customValidation.check(Object.fromEntries(seen));
  if (verdict === true) return [];
  return customValidation.inputNames.map((name) => reasons.customValidationFailed(name, verdict));
};

/** The judging of one node: it asks for the outcomes of the nodes behind it, one after the other. */
type Judging = Generator<string, NodeOutcome, NodeOutcome>;

/** What came of a node that was asked for. */
type Answer =
  | { readonly kind: 'outcome'; readonly outcome: NodeOutcome }
  | { readonly kind: 'raised'; readonly error: unknown };

interface Frame {
  readonly nodeId: string;
  readonly judging: Judging;
}

/** One step of a judging; `answer` is what it asked for, null at its begin. */
const advance = ({ judging }: Frame, answer: Answer | null): { readonly asks: string } | Answer => {
  try {
    const step =
      answer?.kind === 'raised'
        ? judging.throw(answer.error)
        : judging.next(answer?.outcome ?? { isValid: false, reasons: [] });
    return step.done === true ? { kind: 'outcome', outcome: step.value } : { asks: step.value };
  } catch (error) {
    return { kind: 'raised', error };
  }
};

/** Two outcomes of one node, each reason once. */
const together = (first: NodeOutcome, second: NodeOutcome): NodeOutcome => {
  const told = new Set(first.reasons.map((reason) => JSON.stringify(reason)));
  const others = second.reasons.filter((reason) => !told.has(JSON.stringify(reason)));
  return { isValid: first.isValid && second.isValid, reasons: [...first.reasons, ...others] };
};

const maxToldCycle = 200;
const shownOfLongCycle = 10;

/** Starts a walk in which nothing has been judged. */
export const createNodeWalk = ({ nodes, classOf }: NodeWalkOptions): NodeWalk => {
  const outcomes = new Map<string, NodeOutcome>();
  const coerced = new Map<string, Record<string, unknown>>();
  // A stack of its own: a graph may be a chain of any length.
  const frames: Frame[] = [];
  const onPath = new Set<string>();

  /** The class of a node; raises as Python does on a node that is not there. */
  const nodeClass = (nodeId: unknown): NodeClass => {
    if (typeof nodeId === 'object' && nodeId !== null) {
      throw createNodeError('TypeError', `unhashable type: '${pythonTypeName(nodeId)}'`);
    }
    const node = typeof nodeId === 'string' ? nodes.get(nodeId) : undefined;
    const found = node === undefined ? undefined : classOf(node.class_type);
    if (found === undefined) throw createNodeError('KeyError', pythonRepr(nodeId));
    return found;
  };

  const closeCycle = (nodeId: string): NodeOutcome => {
    const path = frames.map((frame) => frame.nodeId);
    const cycle = path.slice(path.indexOf(nodeId));
    // Each node of it tells the whole cycle: one of thousands is told by its beginning.
    const shown = cycle.length <= maxToldCycle ? cycle : cycle.slice(0, shownOfLongCycle);
    const told = [...shown, nodeId].map((id) => `${id} (${nodes.get(id)?.class_type ?? ''})`).join(' -> ');
    for (const id of cycle) outcomes.set(id, { isValid: false, reasons: [reasons.dependencyCycle(id, shown, told)] });
    return outcomes.get(nodeId) ?? { isValid: false, reasons: [] };
  };

  /** True, false (the node behind is invalid, and says why itself), or a reason against this node. */
  const judgeLink = function* (
    input: InputConfig,
    link: readonly unknown[],
    isLoose: boolean,
  ): Generator<string, boolean | ValidationReason, NodeOutcome> {
    if (link.length !== 2) return reasons.badLinkedInput(input, link);
    const [linkedId, slot] = link;
    const received = slotType(nodeClass(linkedId), slot);
    if (!isLoose && !typesMatch(received, input.type)) return reasons.returnTypeMismatch(input, received, link);
    if (typeof linkedId !== 'string') return false;
    try {
      const { isValid } = yield linkedId;
      return isValid;
    } catch (error) {
      const reason = reasons.innerException(input, link, toNodeFailure(error));
      outcomes.set(linkedId, { isValid: false, reasons: [reason] });
      return false;
    }
  };

  const judge = function* (nodeId: string): Judging {
    const found = nodeClass(nodeId);
    const given = nodes.get(nodeId)?.inputs;
    if (given === undefined) throw createNodeError('KeyError', "'inputs'");
    if (!isRecord(given)) throw createNodeError('TypeError', 'inputs must be a dict');
    const inputs = { ...given };
    coerced.set(nodeId, inputs);
    const against: ValidationReason[] = [];
    const isLoose = found.isLoose === true;
    let isValid = true;
    for (const input of found.inputs(given)) {
      const value = Object.hasOwn(inputs, input.name) ? inputs[input.name] : undefined;
      if (value === undefined) {
        if (input.isRequired) against.push(reasons.requiredInputMissing(input));
        continue;
      }
      const isCustom = isLoose || (found.customValidation?.inputNames.includes(input.name) ?? false);
      const verdict = Array.isArray(value)
        ? yield* judgeLink(input, value, isLoose)
        : (judgeValue(input, inputs, isCustom) ?? true);
      if (typeof verdict === 'object') against.push(verdict);
      else isValid &&= verdict;
    }
    against.push(...askClass(found, inputs));
    return { isValid: isValid && against.length === 0, reasons: against };
  };

  /** What is known of a node already; null for one whose judging has to begin, which it does. */
  const ask = (nodeId: string): Answer | null => {
    const known = outcomes.get(nodeId) ?? (onPath.has(nodeId) ? closeCycle(nodeId) : undefined);
    if (known !== undefined) return { kind: 'outcome', outcome: known };
    frames.push({ nodeId, judging: judge(nodeId) });
    onPath.add(nodeId);
    return null;
  };

  /** Takes down what came of a node. What a cycle through it settled before stands first; the rest is said besides. */
  const leave = ({ nodeId }: Frame, answer: Answer): Answer => {
    frames.pop();
    onPath.delete(nodeId);
    if (answer.kind === 'raised') return answer;
    const settled = outcomes.get(nodeId);
    const outcome = settled === undefined ? answer.outcome : together(settled, answer.outcome);
    outcomes.set(nodeId, outcome);
    return { kind: 'outcome', outcome };
  };

  const visit = (rootId: string): NodeOutcome => {
    let answer = ask(rootId);
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const step = advance(frame, answer);
      answer = 'asks' in step ? ask(step.asks) : leave(frame, step);
    }
    if (answer?.kind === 'raised') throw answer.error;
    return answer?.outcome ?? { isValid: false, reasons: [] };
  };

  return { visit, settle: (nodeId, outcome) => outcomes.set(nodeId, outcome), outcomes, coerced };
};
