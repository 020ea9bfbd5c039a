import { isObject, type JsonObject } from '#core/shared/json-object.ts';

/** A socket of a node in the editor's file. */
export interface EditorSlot {
  readonly name: string;
  readonly type: string;
  readonly linkId: string | null;
  /** It stands for a field of the node. */
  readonly isField: boolean;
}

/** A node as the editor saves it (comfyui-protocol.md 7). */
export interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly mode: 'runs' | 'muted' | 'bypassed';
  readonly inputs: readonly EditorSlot[];
  readonly outputs: readonly { readonly type: string; readonly isLinked: boolean }[];
  /** Fields by their places, or by name where the node's pack saves them so. */
  readonly values: readonly unknown[] | JsonObject;
  /** Fields of inner nodes that a subgraph's node shows: inner node (-1 = an input of the subgraph) and name of the field. */
  readonly promoted: readonly (readonly [string, string])[];
}

export interface EditorLink {
  readonly originId: string;
  readonly originSlot: number;
  readonly targetId: string;
  readonly targetSlot: number;
}

/** Nodes and the links between them: the whole workflow, or the inside of a subgraph. */
export interface EditorGraph {
  readonly nodes: ReadonlyMap<string, EditorNode>;
  readonly links: ReadonlyMap<string, EditorLink>;
  /** What a subgraph shows to the outside, in its order; empty for the whole workflow. */
  readonly boundaryInputs: readonly string[];
}

export interface EditorWorkflow {
  readonly root: EditorGraph;
  /** By the type that their nodes have. */
  readonly subgraphs: ReadonlyMap<string, EditorGraph>;
  /** Links that the pack of the "everywhere" nodes keeps beside the graph, by target node and input. */
  readonly broadcast: ReadonlyMap<string, { readonly originId: string; readonly originSlot: number }> | null;
}

/** The ids that stand for the two edges of a subgraph. */
export const boundaryInputId = '-10';
export const boundaryOutputId = '-20';

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Ids are numbers in most files and texts in some. */
const idOf = (value: unknown): string | null =>
  typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : null;

/** The place of a socket; 0 where the file names none, null where it is none. */
const slotOf = (value: unknown): number | null => {
  if (value === undefined || value === null) return 0;
  const slot = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof slot === 'number' && Number.isInteger(slot) && slot >= 0 ? slot : null;
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const typeOf = (value: unknown): string => (typeof value === 'string' ? value : '*');

const readSlot = (value: unknown): EditorSlot => {
  const slot = isObject(value) ? value : {};
  return {
    name: textOf(slot['name']),
    type: typeOf(slot['type']),
    linkId: idOf(slot['link']),
    isField: isObject(slot['widget']),
  };
};

const modes: ReadonlyMap<unknown, EditorNode['mode']> = new Map<unknown, EditorNode['mode']>([
  [2, 'muted'],
  [4, 'bypassed'],
]);

const parseList = (value: unknown): readonly unknown[] => {
  if (typeof value !== 'string') return listOf(value);
  try {
    return listOf(JSON.parse(value));
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
};

const readPromoted = (properties: unknown): EditorNode['promoted'] =>
  parseList(isObject(properties) ? properties['proxyWidgets'] : undefined).flatMap((entry) => {
    const [node, name]: readonly unknown[] = listOf(entry);
    const nodeId = idOf(node);
    return nodeId === null || typeof name !== 'string' ? [] : [[nodeId, name] as const];
  });

const readNode = (value: unknown): readonly EditorNode[] => {
  if (!isObject(value)) return [];
  const id = idOf(value['id']);
  if (id === null) return [];
  const values = value['widgets_values'];
  return [
    {
      id,
      type: textOf(value['type']),
      title: textOf(value['title']),
      mode: modes.get(value['mode']) ?? 'runs',
      inputs: listOf(value['inputs']).map(readSlot),
      outputs: listOf(value['outputs']).map((output) => ({
        type: typeOf(isObject(output) ? output['type'] : undefined),
        isLinked: isObject(output) && listOf(output['links']).length > 0,
      })),
      values: isObject(values) ? values : listOf(values),
      promoted: readPromoted(value['properties']),
    },
  ];
};

const readLink = (value: unknown): readonly (readonly [string, EditorLink])[] => {
  const [id, originId, originSlot, targetId, targetSlot]: readonly unknown[] = Array.isArray(value)
    ? value
    : isObject(value)
      ? [value['id'], value['origin_id'], value['origin_slot'], value['target_id'], value['target_slot']]
      : [];
  const key = idOf(id);
  const origin = { id: idOf(originId), slot: slotOf(originSlot) };
  const target = { id: idOf(targetId), slot: slotOf(targetSlot) };
  if (key === null || origin.id === null || origin.slot === null || target.id === null || target.slot === null)
    return [];
  return [[key, { originId: origin.id, originSlot: origin.slot, targetId: target.id, targetSlot: target.slot }]];
};

const readGraph = (value: JsonObject): EditorGraph => {
  const links = value['links'];
  return {
    nodes: new Map(
      listOf(value['nodes'])
        .flatMap(readNode)
        .map((node) => [node.id, node]),
    ),
    links: new Map((isObject(links) ? Object.values(links) : listOf(links)).flatMap(readLink)),
    boundaryInputs: listOf(value['inputs']).map((input) => textOf(isObject(input) ? input['name'] : undefined)),
  };
};

const readSubgraphs = (value: JsonObject): readonly (readonly [string, EditorGraph])[] => {
  const definitions = value['definitions'];
  return listOf(isObject(definitions) ? definitions['subgraphs'] : undefined).flatMap((definition) => {
    if (!isObject(definition)) return [];
    const id = idOf(definition['id']);
    // Subgraphs within subgraphs stand beside them in most files and inside of them in some.
    return id === null ? [] : [[id, readGraph(definition)] as const, ...readSubgraphs(definition)];
  });
};

export const broadcastKey = (nodeId: string, slot: number): string => `${nodeId}/${slot}`;

const readBroadcast = (value: JsonObject): EditorWorkflow['broadcast'] => {
  const extra = value['extra'];
  const links = isObject(extra) ? extra['ue_links'] : undefined;
  if (!Array.isArray(links)) return null;
  return new Map(
    links.filter(isObject).flatMap((link) => {
      const target = idOf(link['downstream']);
      const originId = idOf(link['upstream']);
      const targetSlot = slotOf(link['downstream_slot']);
      const originSlot = slotOf(link['upstream_slot']);
      if (target === null || targetSlot === null || originId === null || originSlot === null) return [];
      return [[broadcastKey(target, targetSlot), { originId, originSlot }] as const];
    }),
  );
};

/** Reads the editor's file; what does not fit is left out, and told by whoever misses it. */
export const readEditorWorkflow = (value: JsonObject): EditorWorkflow => ({
  root: readGraph(value),
  subgraphs: new Map(readSubgraphs(value)),
  broadcast: readBroadcast(value),
});
