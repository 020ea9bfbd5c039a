import { boundaryInputId, boundaryOutputId, broadcastKey, type EditorGraph, type EditorNode } from './editor-graph.ts';
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

/** Where one is on the way along a link: at a socket of a node, and of which type the socket is that it is for. */
interface Step {
  readonly at: FlatNode;
  readonly side: 'input' | 'output';
  readonly slot: number;
  readonly wanted: string | null;
}

/** The end of the way, or the next step. */
type Next = Source | Step;

const isStep = (next: Next): next is Step => next !== null && 'at' in next;

const valueSource = (value: unknown): Source =>
  value === undefined || value === null ? null : { kind: 'value', value };

/** Follows links through everything that ComfyUI never sees: reroutes, subgraphs, bypassed nodes, values by name. */
export const createResolver = (flat: FlatWorkflow) => {
  const fromHost = (host: FlatNode, boundaryInputs: readonly string[], slot: number): Next => {
    const name = boundaryInputs[slot];
    if (name === undefined) return null;
    const outer = host.node.inputs.findIndex((input) => input.name === name);
    if (outer !== -1 && host.node.inputs[outer]?.linkId !== null) {
      return { at: host, side: 'input', slot: outer, wanted: null };
    }
    return valueSource(boundaryValue(flat, host, name));
  };

  const outOfSubgraph = ({ at: host, slot, wanted }: Step, inside: EditorGraph): Next => {
    for (const link of inside.links.values()) {
      if (link.targetId !== boundaryOutputId || link.targetSlot !== slot) continue;
      if (link.originId === boundaryInputId) return fromHost(host, inside.boundaryInputs, link.originSlot);
      const origin = flat.nodes.get(`${host.id}:${link.originId}`);
      return origin === undefined ? null : { at: origin, side: 'output', slot: link.originSlot, wanted };
    }
    return null;
  };

  const pastOutput = (step: Step): Next => {
    const { at, slot, wanted } = step;
    const { node } = at;
    if (node.mode === 'muted') return null;
    if (node.mode === 'bypassed') {
      const through = bypassInput(node, slot, wanted ?? '*');
      return through === -1 ? null : { at, side: 'input', slot: through, wanted: null };
    }
    const inside = flat.insideOf(at);
    if (inside !== undefined) return outOfSubgraph(step, inside);
    switch (virtualKind(node.type)) {
      case 'reroute':
      case 'set':
        return { at, side: 'input', slot: 0, wanted };
      case 'get': {
        const setter = setterOf(flat, at);
        return setter === undefined ? null : { at: setter, side: 'input', slot: 0, wanted };
      }
      case 'primitive':
        return valueSource(nameOf(node));
      case 'note':
      case 'broadcast':
        return null;
      case null:
        return { kind: 'link', nodeId: at.id, slot };
    }
  };

  const pastInput = ({ at, slot, wanted }: Step): Next => {
    const socket = at.node.inputs[slot];
    if (socket === undefined) return null;
    const given = socket.linkId === null ? undefined : at.graph.links.get(socket.linkId);
    const sent = at.host === null ? flat.workflow.broadcast?.get(broadcastKey(at.node.id, slot)) : undefined;
    const link = given ?? sent;
    if (link === undefined) return null;
    if (at.host !== null && link.originId === boundaryInputId) {
      return fromHost(at.host, at.graph.boundaryInputs, link.originSlot);
    }
    const origin = siblingOf(flat, at, link.originId);
    return origin === undefined
      ? null
      : { at: origin, side: 'output', slot: link.originSlot, wanted: wanted ?? socket.type };
  };

  return {
    /** In a loop, since chains of reroutes are as long as somebody made them; one that leads back to itself ends. */
    input: (at: FlatNode, slot: number): Source => {
      const visited = new Set<string>();
      let next: Next = { at, side: 'input', slot, wanted: null };
      while (isStep(next)) {
        const place = `${next.at.id} ${next.side} ${next.slot}`;
        if (visited.has(place)) return null;
        visited.add(place);
        next = next.side === 'input' ? pastInput(next) : pastOutput(next);
      }
      return next;
    },
  };
};

export type Resolver = ReturnType<typeof createResolver>;
