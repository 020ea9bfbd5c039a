/** Nodes that live in the editor only; ComfyUI never sees them. */
export type VirtualKind = 'reroute' | 'primitive' | 'note' | 'set' | 'get' | 'broadcast';

const kinds: ReadonlyMap<string, VirtualKind> = new Map<string, VirtualKind>([
  ['Reroute', 'reroute'],
  ['Reroute (rgthree)', 'reroute'],
  ['PrimitiveNode', 'primitive'],
  ['Note', 'note'],
  ['MarkdownNote', 'note'],
  ['Label (rgthree)', 'note'],
  ['Bookmark (rgthree)', 'note'],
  ['SetNode', 'set'],
  ['GetNode', 'get'],
  ['Anything Everywhere', 'broadcast'],
  ['Anything Everywhere3', 'broadcast'],
  ['Anything Everywhere?', 'broadcast'],
  ['Prompts Everywhere', 'broadcast'],
  ['Seed Everywhere', 'broadcast'],
]);

/** What a node of the editor is for; null for one that ComfyUI runs. */
export const virtualKind = (type: string): VirtualKind | null => kinds.get(type) ?? null;

/** Nodes made of others by an older editor, whose inside is saved in a way of its own. */
export const isGroupNode = (type: string): boolean => /^workflow[>/]/u.test(type);
