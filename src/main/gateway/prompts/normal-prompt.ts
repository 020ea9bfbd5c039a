import { promptNodeSchema } from '#contract/models/workflow.ts';
import { isObject, type JsonObject } from '#core/shared/json-object.ts';
import { readMark } from '../files/output-names.ts';

const metaSchema = promptNodeSchema.shape._meta;

const fileOfFolder = /^(?<subfolder>@.*)[\\/](?<name>[^\\/]+ \[(?:input|output|temp)\])$/su;

/**
 * A file as the instance that made it knows it: the gateway tells of it with the instance in front, and only that instance gets a
 * prompt that names it so, unless the file is one that is sent along under the name that stands there.
 */
const ownName = (value: unknown, isSent: (value: string) => boolean): unknown => {
  if (typeof value === 'string' && isSent(value)) return value;
  const { subfolder = '', name = '' } = (typeof value === 'string' ? fileOfFolder.exec(value)?.groups : null) ?? {};
  const mark = readMark(subfolder);
  if (mark.instanceId === null) return value;
  return mark.subfolder === '' ? name : `${mark.subfolder}/${name}`;
};

const normalNode = (node: JsonObject, isSent: (value: string) => boolean): JsonObject => {
  const { _meta: meta, inputs, ...rest } = node;
  const given = isObject(inputs)
    ? Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, ownName(value, isSent)]))
    : (inputs ?? {});
  const isUsable = meta !== undefined && metaSchema.safeParse(meta).success;
  return { ...rest, inputs: given, ...(isUsable ? { _meta: meta } : {}) };
};

/**
 * A prompt as jobs keep it: ComfyUI never looks at the inputs of a node that no output needs, nor at its `_meta`, so that those may be
 * missing or of any kind. What is no graph comes back as it is. `isSent` tells the values whose files every instance gets.
 */
export const normalPrompt = (prompt: unknown, isSent: (value: string) => boolean = () => false): unknown => {
  if (!isObject(prompt)) return prompt;
  return Object.fromEntries(
    Object.entries(prompt).map(([nodeId, node]) => [nodeId, isObject(node) ? normalNode(node, isSent) : node]),
  );
};
