import { createNodeError, toNodeFailure } from '../python/node-failure.ts';
import { pythonText, pythonTypeName } from '../python/python-text.ts';
import { isRecord } from './input-config.ts';
import type { ClassLookup } from './node-class.ts';
import { createNodeWalk, type DraftNode, type NodeWalk } from './node-walk.ts';
import type { NodeErrors, PromptErrorBody, PromptValidation, ValidationReason, ValidPrompt } from './prompt-model.ts';
import { outputException } from './reasons.ts';

export interface ValidatePromptOptions {
  /** The classes of the server. */
  readonly classOf: ClassLookup;
  /** What `partial_execution_targets` of the request names; null or absent = every output node. */
  readonly partialTargets?: { includes(nodeId: string): boolean } | null;
}

const refusal = (error: ValidationReason, nodeErrors: NodeErrors = {}): PromptErrorBody => ({
  error,
  node_errors: nodeErrors,
});

/** The title that the editor gave a node, whatever it is; raises as Python does on metadata of another kind. */
const titleOf = (node: Readonly<Record<string, unknown>>): unknown => {
  if (!Object.hasOwn(node, '_meta')) return null;
  if (!isRecord(node._meta)) throw createNodeError('AttributeError', '_meta is no dict');
  return node._meta.title ?? null;
};

const missingNodeType = (nodeId: string, node: Readonly<Record<string, unknown>>): ValidationReason => {
  const title = titleOf(node);
  const details = `Node ID '#${nodeId}'`;
  if (!Object.hasOwn(node, 'class_type')) {
    return {
      type: 'missing_node_type',
      message:
        `Node '${pythonText(title ?? `ID #${nodeId}`)}' has no class_type. ` +
        'The workflow may be corrupted or a custom node is missing.',
      details,
      extra_info: { node_id: nodeId, class_type: null, node_title: title },
    };
  }
  const name = title ?? node.class_type;
  return {
    type: 'missing_node_type',
    message: `Node '${pythonText(name)}' not found. The custom node may not be installed.`,
    details,
    extra_info: { node_id: nodeId, class_type: node.class_type, node_title: name },
  };
};

const isDraftNode = (node: unknown): node is DraftNode => isRecord(node) && typeof node.class_type === 'string';

/** Raises where ComfyUI's look for nodes to be replaced does: it comes before every check, and takes nodes for well-formed. */
const requireWellFormed = (prompt: Readonly<Record<string, unknown>>): void => {
  for (const [nodeId, node] of Object.entries(prompt)) {
    if (!isRecord(node) || !Object.hasOwn(node, 'class_type') || !Object.hasOwn(node, 'inputs')) continue;
    if (typeof node.class_type === 'object' && node.class_type !== null) {
      throw createNodeError('TypeError', `unhashable type: '${pythonTypeName(node.class_type)}'`);
    }
    if (!isRecord(node.inputs)) throw createNodeError('AttributeError', `inputs of node ${nodeId} are no dict`);
  }
};

/** The nodes of a prompt, or why one of them cannot be of any known class. */
const readNodes = (
  prompt: Readonly<Record<string, unknown>>,
  classOf: ClassLookup,
): ReadonlyMap<string, DraftNode> | ValidationReason => {
  const nodes = new Map<string, DraftNode>();
  for (const [nodeId, node] of Object.entries(prompt)) {
    if (!isRecord(node)) throw createNodeError('TypeError', `node ${nodeId} is no dict`);
    if (!isDraftNode(node) || classOf(node.class_type) === undefined) return missingNodeType(nodeId, node);
    nodes.set(nodeId, node);
  }
  return nodes;
};

/** Judges one output; an exception counts as a reason against it. */
const judgeOutput = (walk: NodeWalk, outputId: string): readonly ValidationReason[] | true => {
  try {
    const { isValid, reasons } = walk.visit(outputId);
    return isValid ? true : reasons;
  } catch (error) {
    const reasons = [outputException(toNodeFailure(error))];
    walk.settle(outputId, { isValid: false, reasons });
    return reasons;
  }
};

interface MutableNodeError {
  readonly errors: readonly ValidationReason[];
  readonly dependent_outputs: string[];
  readonly class_type: string;
}

interface BlameParts {
  readonly walk: NodeWalk;
  readonly nodes: ReadonlyMap<string, DraftNode>;
  readonly budget: BlameBudget;
}

/** What is left of the work of blaming: it grows with the square of a prompt, and so does what is told. */
interface BlameBudget {
  looks: number;
  tellings: number;
}

/** More than any prompt that a person made needs; hundreds of thousands of broken nodes would fill the memory with one answer. */
const usualBudget: BlameBudget = { looks: 10_000_000, tellings: 50_000 };

/** Each may list all values that its input takes. */
const maxNodesTold = 5000;

/** Adds a failed output to every node that has been refused so far, as ComfyUI does: also to those it does not need. */
const blame = (
  nodeErrors: Map<string, MutableNodeError>,
  { walk, nodes, budget }: BlameParts,
  outputId: string,
): void => {
  if (budget.looks <= 0) return;
  budget.looks -= walk.outcomes.size;
  for (const [nodeId, { isValid, reasons }] of walk.outcomes) {
    if (budget.tellings <= 0) return;
    if (isValid || reasons.length === 0) continue;
    if (nodeErrors.size >= maxNodesTold && !nodeErrors.has(nodeId)) continue;
    budget.tellings -= 1;
    const entry = nodeErrors.get(nodeId) ?? {
      errors: reasons,
      dependent_outputs: [],
      class_type: nodes.get(nodeId)?.class_type ?? '',
    };
    entry.dependent_outputs.push(outputId);
    nodeErrors.set(nodeId, entry);
  }
};

const noOutputs: ValidationReason = {
  type: 'prompt_no_outputs',
  message: 'Prompt has no outputs',
  details: '',
  extra_info: {},
};

const judgeOutputs = (
  outputIds: readonly string[],
  nodes: ReadonlyMap<string, DraftNode>,
  walk: NodeWalk,
): { outputs: string[]; nodeErrors: NodeErrors; details: string } => {
  const outputs: string[] = [];
  const details: string[] = [];
  const nodeErrors = new Map<string, MutableNodeError>();
  const parts: BlameParts = { walk, nodes, budget: { ...usualBudget } };
  for (const outputId of outputIds) {
    const verdict = judgeOutput(walk, outputId);
    if (verdict === true) {
      outputs.push(outputId);
      continue;
    }
    details.push(...verdict.map((reason) => `${reason.message}: ${reason.details}`));
    blame(nodeErrors, parts, outputId);
  }
  return { outputs, nodeErrors: Object.fromEntries(nodeErrors), details: details.join('\n') };
};

/** The prompt to run; nodes that nobody needs may lack their inputs, and get none. */
const finished = (nodes: ReadonlyMap<string, DraftNode>, { coerced }: NodeWalk): ValidPrompt =>
  Object.fromEntries(
    [...nodes].map(([nodeId, node]) => {
      const given = isRecord(node.inputs) ? node.inputs : {};
      return [nodeId, { ...node, inputs: coerced.get(nodeId) ?? given }];
    }),
  );

/**
 * Decides what of a prompt can run (comfyui-protocol.md 4.1, 4.2): nodes that no output needs are not looked at, except that
 * their class must exist; outputs that fail are dropped while others run. The given prompt stays as it is. Throws where
 * ComfyUI's own validation raises (null, a workflow in editor format): the server answers 500 then.
 */
export const validatePrompt = (prompt: unknown, options: ValidatePromptOptions): PromptValidation => {
  const { classOf, partialTargets = null } = options;
  if (!isRecord(prompt)) throw createNodeError('TypeError', 'the prompt is no dict');
  requireWellFormed(prompt);
  const nodes = readNodes(prompt, classOf);
  if ('type' in nodes) return { kind: 'invalid', body: refusal(nodes) };
  const outputIds = [...nodes]
    .filter(([, node]) => classOf(node.class_type)?.isOutputNode === true)
    .map(([nodeId]) => nodeId)
    .filter((nodeId) => partialTargets === null || partialTargets.includes(nodeId));
  if (outputIds.length === 0) return { kind: 'invalid', body: refusal(noOutputs) };
  const walk = createNodeWalk({ nodes, classOf });
  const { outputs, nodeErrors, details } = judgeOutputs(outputIds, nodes, walk);
  if (outputs.length === 0) {
    const error = {
      type: 'prompt_outputs_failed_validation',
      message: 'Prompt outputs failed validation',
      details,
      extra_info: {},
    };
    return { kind: 'invalid', body: refusal(error, nodeErrors) };
  }
  return { kind: 'valid', outputs, nodeErrors, prompt: finished(nodes, walk) };
};
