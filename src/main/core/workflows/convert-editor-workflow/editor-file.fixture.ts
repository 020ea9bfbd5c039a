import type { JsonObject } from '#core/shared/json-object.ts';

/** A socket: its name, type and link; with a field of the node behind it or not. */
export const socket = (name: string, type: string, link: number | null, isField = false): JsonObject => ({
  name,
  type,
  link,
  ...(isField ? { widget: { name } } : {}),
});

interface NodeParts {
  readonly inputs?: readonly JsonObject[];
  readonly outputs?: readonly (readonly [string, readonly number[]])[];
  readonly values?: unknown;
  readonly mode?: number;
  readonly title?: string;
  readonly properties?: JsonObject;
}

export const node = (id: number | string, type: string, parts: NodeParts = {}): JsonObject => ({
  id,
  type,
  mode: parts.mode ?? 0,
  ...(parts.title === undefined ? {} : { title: parts.title }),
  inputs: parts.inputs ?? [],
  outputs: (parts.outputs ?? []).map(([slotType, links]) => ({ name: slotType, type: slotType, links })),
  properties: parts.properties ?? {},
  widgets_values: parts.values ?? [],
});

/** The editor's file; links are [id, from, slot, to, slot]. */
export const editorFile = (
  nodes: readonly JsonObject[],
  links: readonly (readonly [number, number, number, number, number])[],
  more: JsonObject = {},
): JsonObject => ({ nodes, links: links.map((link) => [...link, '*']), version: 0.4, ...more });

/** The inside of a subgraph. */
export const subgraph = (
  id: string,
  boundary: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
  nodes: readonly JsonObject[],
  links: readonly (readonly [number, number, number, number, number])[],
): JsonObject => ({
  id,
  inputs: boundary.inputs.map((name) => ({ name, type: '*' })),
  outputs: boundary.outputs.map((name) => ({ name, type: '*' })),
  nodes,
  links: links.map(([linkId, origin, originSlot, target, targetSlot]) => ({
    id: linkId,
    origin_id: origin,
    origin_slot: originSlot,
    target_id: target,
    target_slot: targetSlot,
  })),
});
