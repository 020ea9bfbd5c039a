import { type Prompt, promptNodeSchema } from '#contract/models/workflow.ts';
import { isObject, type JsonObject } from '#core/shared/json-object.ts';
import { readMark } from '../files/output-names.ts';

const metaSchema = promptNodeSchema.shape._meta;

const fileOfFolder = /^(?<subfolder>@.*)[\\/](?<name>[^\\/]+ \[(?:input|output|temp)\])$/su;

/**
 * A file as the instance that made it knows it: the gateway tells of it with the instance in front. What does not name an instance
 * comes back as it is.
 */
const ownName = (value: string): string => {
  const { subfolder = '', name = '' } = fileOfFolder.exec(value)?.groups ?? {};
  const mark = readMark(subfolder);
  if (mark.instanceId === null) return value;
  return mark.subfolder === '' ? name : `${mark.subfolder}/${name}`;
};

const normalNode = (node: JsonObject): JsonObject => {
  const { _meta: meta, ...rest } = node;
  const isUsable = meta !== undefined && metaSchema.safeParse(meta).success;
  return { ...rest, inputs: rest['inputs'] ?? {}, ...(isUsable ? { _meta: meta } : {}) };
};

/**
 * A prompt as jobs keep it: ComfyUI never looks at the inputs of a node that no output needs, nor at its `_meta`, so that those may be
 * missing or of any kind. What is no graph comes back as it is.
 */
export const normalPrompt = (prompt: unknown): unknown => {
  if (!isObject(prompt)) return prompt;
  return Object.fromEntries(
    Object.entries(prompt).map(([nodeId, node]) => [nodeId, isObject(node) ? normalNode(node) : node]),
  );
};

/**
 * The graph with the files of instances under their own names, but for those that are sent with the job, which keep the name under
 * which they are sent.
 */
export const withOwnNames = (prompt: Prompt, isSent: (value: string) => boolean = () => false): Prompt =>
  Object.fromEntries(
    Object.entries(prompt).map(([nodeId, node]) => {
      const inputs = Object.entries(node.inputs).map(([name, value]) => {
        const isOwn = typeof value === 'string' && value.startsWith('@') && !isSent(value);
        return [name, isOwn ? ownName(value) : value] as const;
      });
      return [nodeId, { ...node, inputs: Object.fromEntries(inputs) }];
    }),
  );
