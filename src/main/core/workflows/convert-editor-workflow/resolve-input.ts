import { boundaryInputId, boundaryOutputId, broadcastKey, type EditorNode } from './editor-graph.ts';
import { boundaryValue, type FlatNode, type FlatWorkflow, siblingOf } from './flat-nodes.ts';
import { virtualKind } from './virtual-nodes.ts';

/** Where the value of an input comes from in the end; null where nothing does. */
export type Source =
  | { readonly kind: 'link'; readonly nodeId: string; readonly slot: number }
  | { readonly kind: 'value'; readonly value: unknown }
  | null;

const types = (type: string): readonly string[] => type.toUpperCase().split(',');

/** Whether the editor lets the two be linked; `*` fits everything. */
const isCompatible = (first: string, second: string): boolean => {
  if (['*', '', '0'].includes(first) || ['*', '', '0'].includes(second)) return true;
  return types(first).some((type) => types(second).includes(type));
};

/** The input that takes the place of a bypassed node's output, or -1. */
const bypassInput = (node: EditorNode, slot: number, wanted: string): number => {
  const { inputs, outputs } = node;
  if (wanted === '*' || wanted === '') return inputs.length > slot ? slot : 0;
  const outputType = outputs[slot]?.type ?? wanted;
  const fits = (type: string): boolean => isCompatible(type, outputType) && isCompatible(type, wanted);
  const opposite = inputs[slot];
  if (opposite !== undefined && fits(opposite.type)) return slot;
  const exact = inputs.findIndex(({ type }) => type === wanted);
  return exact === -1 ? inputs.findIndex(({ type }) => fits(type)) : exact;
};

/** A value that is handed from one node to another by a name. */
const nameOf = ({ values }: EditorNode): unknown => (Array.isArray(values) ? values[0] : undefined);

const setterOf = (flat: FlatWorkflow, getter: FlatNode): FlatNode | undefined => {
  const wanted = nameOf(getter.node);
  for (let place: FlatNode | null = getter; place !== null; place = place.host) {
    for (const node of place.graph.nodes.values()) {
      if (virtualKind(node.type) === 'set' && nameOf(node) === wanted) return siblingOf(flat, place, node.id);
    }
  }
  return undefined;
};

/** Follows links through everything that ComfyUI never sees: reroutes, subgraphs, bypassed nodes, values by name. */
export const createResolver = (flat: FlatWorkflow) => {
  const fromHost = (at: FlatNode, slot: number, visited: Set<string>): Source => {
    const { host, graph } = at;
    const name = graph.boundaryInputs[slot];
    if (host === null || name === undefined) return null;
    const outer = host.node.inputs.findIndex((input) => input.name === name);
    if (outer !== -1 && host.node.inputs[outer]?.linkId !== null) return input(host, outer, visited);
    const value = boundaryValue(flat, host, name);
    return value === undefined || value === null ? null : { kind: 'value', value };
  };

  const outOfSubgraph = (host: FlatNode, slot: number, wanted: string, visited: Set<string>): Source => {
    const inside = flat.insideOf(host);
    for (const link of inside?.links.values() ?? []) {
      if (link.targetId !== boundaryOutputId || link.targetSlot !== slot) continue;
      if (inside !== undefined && link.originId === boundaryInputId) {
        return fromHost({ ...host, host, graph: inside }, link.originSlot, visited);
      }
      const origin = flat.nodes.get(`${host.id}:${link.originId}`);
      return origin === undefined ? null : output(origin, link.originSlot, wanted, visited);
    }
    return null;
  };

  const output = (at: FlatNode, slot: number, wanted: string, visited: Set<string>): Source => {
    const step = `${at.id}[O]${slot}`;
    if (visited.has(step)) return null;
    visited.add(step);
    const { node } = at;
    if (node.mode === 'muted') return null;
    if (node.mode === 'bypassed') {
      const through = bypassInput(node, slot, wanted);
      return through === -1 ? null : input(at, through, visited);
    }
    if (flat.insideOf(at) !== undefined) return outOfSubgraph(at, slot, wanted, visited);
    switch (virtualKind(node.type)) {
      case 'reroute':
      case 'set':
        return input(at, 0, visited, wanted);
      case 'get': {
        const setter = setterOf(flat, at);
        return setter === undefined ? null : input(setter, 0, visited, wanted);
      }
      case 'primitive': {
        const value = nameOf(node);
        return value === undefined || value === null ? null : { kind: 'value', value };
      }
      case 'note':
      case 'broadcast':
        return null;
      case null:
        return { kind: 'link', nodeId: at.id, slot };
    }
  };

  const input = (at: FlatNode, slot: number, visited: Set<string> = new Set(), wanted?: string): Source => {
    const step = `${at.id}[I]${slot}`;
    const socket = at.node.inputs[slot];
    if (visited.has(step) || socket === undefined) return null;
    visited.add(step);
    const given = socket.linkId === null ? undefined : at.graph.links.get(socket.linkId);
    const sent = at.host === null ? flat.workflow.broadcast?.get(broadcastKey(at.node.id, slot)) : undefined;
    const link = given ?? sent;
    if (link === undefined) return null;
    if (at.host !== null && link.originId === boundaryInputId) return fromHost(at, link.originSlot, visited);
    const origin = siblingOf(flat, at, link.originId);
    return origin === undefined ? null : output(origin, link.originSlot, wanted ?? socket.type, visited);
  };

  return { input };
};

export type Resolver = ReturnType<typeof createResolver>;
