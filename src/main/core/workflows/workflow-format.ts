import type { Prompt, PromptNode } from '#contract/models/workflow.ts';
import { isObject } from '#core/shared/json-object.ts';

/** What is wrong with one entry of a graph that is otherwise in API format. */
export interface PromptProblem {
  readonly nodeId: string;
  readonly problem: 'not-an-object' | 'class-type-missing' | 'inputs-missing' | 'nested-too-deep';
}

/** What a parsed JSON value is, as far as running it goes (comfyui-protocol.md 7). */
export type WorkflowFormat =
  | { readonly kind: 'api'; readonly prompt: Prompt }
  | { readonly kind: 'ui'; readonly nodeCount: number; readonly version: string }
  | { readonly kind: 'invalid'; readonly problems: readonly PromptProblem[] };

/** Deeper values cannot be written as JSON again without the risk of a stack overflow; real graphs have less than ten levels. */
const maxDepth = 200;

/** The editor saves nodes as a list with links beside it, as a list or (in subgraphs) as an object. */
const isEditorGraph = (value: Readonly<Record<string, unknown>>): boolean =>
  Array.isArray(value['nodes']) && typeof value['links'] === 'object' && value['links'] !== null;

const isDeep = (root: unknown): boolean => {
  const pending: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    const { value, depth } = entry;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > maxDepth) return true;
    for (const child of Object.values(value)) pending.push({ value: child, depth: depth + 1 });
  }
  return false;
};

const problemOf = (node: unknown): PromptProblem['problem'] | null => {
  if (!isObject(node)) return 'not-an-object';
  if (typeof node['class_type'] !== 'string') return 'class-type-missing';
  if (!isObject(node['inputs'])) return 'inputs-missing';
  return isDeep(node) ? 'nested-too-deep' : null;
};

const isPromptNode = (node: unknown): node is PromptNode => problemOf(node) === null;

const readPrompt = (graph: Readonly<Record<string, unknown>>): WorkflowFormat => {
  const nodes: [string, PromptNode][] = [];
  const problems: PromptProblem[] = [];
  for (const [nodeId, node] of Object.entries(graph)) {
    if (isPromptNode(node)) nodes.push([nodeId, node]);
    else problems.push({ nodeId, problem: problemOf(node) ?? 'not-an-object' });
  }
  if (problems.length > 0 || nodes.length === 0) return { kind: 'invalid', problems };
  return { kind: 'api', prompt: Object.fromEntries(nodes) };
};

/** Tells the formats apart; a request body `{"prompt": ...}` and the editor's file inside of one are seen through. */
export const recogniseWorkflow = (value: unknown): WorkflowFormat => {
  if (!isObject(value)) return { kind: 'invalid', problems: [] };
  if (isEditorGraph(value)) {
    const { nodes, version } = value;
    const nodeCount = Array.isArray(nodes) ? nodes.length : 0;
    return {
      kind: 'ui',
      nodeCount,
      version: typeof version === 'number' || typeof version === 'string' ? `${version}` : '',
    };
  }
  const inner = value['prompt'];
  // A node called "prompt" would carry a class; a wrapper does not.
  if (isObject(inner) && typeof inner['class_type'] !== 'string') return recogniseWorkflow(inner);
  return readPrompt(value);
};
