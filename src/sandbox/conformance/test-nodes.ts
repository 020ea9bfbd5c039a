import type { NodeDefinition } from '../nodes/node-definition.ts';

/** The classes of the node pack that the recordings were made with. */
export const testNodes: readonly NodeDefinition[] = [];
