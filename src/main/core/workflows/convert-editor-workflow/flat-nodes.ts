import type { EditorGraph, EditorNode, EditorWorkflow } from './editor-graph.ts';
import { boundaryInputId } from './editor-graph.ts';

/** A node of the workflow or of one use of a subgraph, under the id that ComfyUI sees: `12:3` is node 3 of the subgraph at node 12. */
export interface FlatNode {
  readonly id: string;
  readonly node: EditorNode;
  readonly graph: EditorGraph;
  /** The node whose inside this one stands in; null at the top. */
  readonly host: FlatNode | null;
}

/** Subgraphs within subgraphs, of a file that would otherwise never end. */
const deepestNesting = 32;

/** All nodes, those of each use of a subgraph one by one; of muted and bypassed subgraphs only the node itself. */
export interface FlatWorkflow {
  readonly nodes: ReadonlyMap<string, FlatNode>;
  readonly insideOf: (node: FlatNode) => EditorGraph | undefined;
  readonly workflow: EditorWorkflow;
}

/** More nodes than any file has that somebody made by hand; a small file can describe any number with nested subgraphs. */
export const maxFlatNodes = 50_000;

export const flatten = (workflow: EditorWorkflow): FlatWorkflow | 'too-large' => {
  const nodes = new Map<string, FlatNode>();
  const pending: { graph: EditorGraph; host: FlatNode | null; depth: number }[] = [
    { graph: workflow.root, host: null, depth: 0 },
  ];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    const { graph, host, depth } = entry;
    for (const node of graph.nodes.values()) {
      const flat = { id: host === null ? node.id : `${host.id}:${node.id}`, node, graph, host };
      nodes.set(flat.id, flat);
      const inside = workflow.subgraphs.get(node.type);
      if (nodes.size > maxFlatNodes || depth > deepestNesting) return 'too-large';
      if (inside !== undefined && node.mode === 'runs') pending.push({ graph: inside, host: flat, depth: depth + 1 });
    }
  }
  return { nodes, insideOf: ({ node }) => workflow.subgraphs.get(node.type), workflow };
};

/** The node beside another one, in the same graph. */
export const siblingOf = (flat: FlatWorkflow, { host }: Pick<FlatNode, 'host'>, nodeId: string): FlatNode | undefined =>
  flat.nodes.get(host === null ? nodeId : `${host.id}:${nodeId}`);

/** Inputs of a subgraph that stand for a field inside; each has its place among the values of the subgraph's node. */
const fieldInputs = (inside: EditorGraph): readonly string[] => {
  const fields = new Set<number>();
  for (const { inputs } of inside.nodes.values()) {
    for (const { linkId, isField } of inputs) {
      const link = linkId === null ? undefined : inside.links.get(linkId);
      if (isField && link?.originId === boundaryInputId) fields.add(link.originSlot);
    }
  }
  return inside.boundaryInputs.filter((_name, slot) => fields.has(slot));
};

const valueAt = (node: EditorNode, index: number): unknown =>
  Array.isArray(node.values) && index >= 0 ? node.values[index] : undefined;

/** What the node of a subgraph says for one of its own inputs; undefined where it says nothing. */
export const boundaryValue = (flat: FlatWorkflow, host: FlatNode, name: string): unknown => {
  const { node } = host;
  if (!Array.isArray(node.values) && Object.hasOwn(node.values, name)) return Reflect.get(node.values, name);
  const listed = node.promoted.findIndex(([target, field]) => target === '-1' && field === name);
  if (listed !== -1) return valueAt(node, listed);
  if (node.promoted.length > 0) return undefined;
  const inside = flat.insideOf(host);
  return inside === undefined ? undefined : valueAt(node, fieldInputs(inside).indexOf(name));
};

/** What the nodes of the subgraphs around a node say for one of its fields; undefined where they say nothing. */
export const promotedValue = ({ host, node }: FlatNode, name: string): unknown => {
  if (host === null) return undefined;
  const index = host.node.promoted.findIndex(([target, field]) => target === node.id && field === name);
  if (index === -1) return undefined;
  const outer = promotedValue(host, name);
  return outer === undefined ? (valueAt(host.node, index) ?? undefined) : outer;
};
