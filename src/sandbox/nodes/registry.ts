import type { NodeDefinition, NodeRegistry } from './node-definition.ts';

/** Every node class of the sandbox, by its class type. */
export const createNodeRegistry = (): NodeRegistry => {
  const definitions: NodeDefinition[] = [];
  return new Map(definitions.map((definition) => [definition.classType, definition]));
};
