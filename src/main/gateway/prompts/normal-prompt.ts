import { promptNodeSchema } from '#contract/models/workflow.ts';
import { isObject } from '#core/shared/json-object.ts';

const metaSchema = promptNodeSchema.shape._meta;

/**
 * A prompt as jobs keep it: ComfyUI never looks at the inputs of a node that no output needs, nor at its `_meta`, so that those may be
 * missing or of any kind. What is no graph comes back as it is.
 */
export const normalPrompt = (prompt: unknown): unknown => {
  if (!isObject(prompt)) return prompt;
  return Object.fromEntries(
    Object.entries(prompt).map(([nodeId, node]) => {
      if (!isObject(node)) return [nodeId, node];
      const { _meta: meta, ...rest } = node;
      const inputs = rest['inputs'] ?? {};
      return [
        nodeId,
        metaSchema.safeParse(meta).success && meta !== undefined
          ? { ...rest, inputs, _meta: meta }
          : { ...rest, inputs },
      ];
    }),
  );
};
