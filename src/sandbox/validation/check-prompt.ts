import { isRecord } from '#comfyui/validation/input-config.ts';
import { type NodeClass, readNodeClass } from '#comfyui/validation/node-class.ts';
import type { PromptValidation } from '#comfyui/validation/prompt-model.ts';
import { type ValidatePromptOptions, validatePrompt } from '#comfyui/validation/validate-prompt.ts';
import type { NodeDefinition, NodeRegistry, SandboxFolders } from '../nodes/node-definition.ts';

interface CheckPromptOptions extends Pick<ValidatePromptOptions, 'partialTargets'> {
  readonly registry: NodeRegistry;
  readonly folders: SandboxFolders;
}

const nodeClassOf = async (definition: NodeDefinition, folders: SandboxFolders): Promise<NodeClass> => {
  const { customValidation, outputTypes, isOutputNode } = definition;
  const { inputs } = readNodeClass(await definition.info(folders));
  if (customValidation === undefined) return { inputs, outputTypes, isOutputNode };
  const { inputNames, check } = customValidation;
  return {
    inputs,
    outputTypes,
    isOutputNode,
    customValidation: { inputNames, check: (values) => check(values, folders) },
  };
};

const classTypesOf = (prompt: unknown): ReadonlySet<string> => {
  const nodes = isRecord(prompt) ? Object.values(prompt) : [];
  const classTypes = nodes.map((node) => (isRecord(node) ? node.class_type : undefined));
  return new Set(classTypes.filter((classType) => typeof classType === 'string'));
};

/** Validates a prompt against the classes of this server, whose combo options are the files that are in its folders now. */
export const checkPrompt = async (prompt: unknown, options: CheckPromptOptions): Promise<PromptValidation> => {
  const { registry, folders, partialTargets = null } = options;
  const classes = new Map<string, NodeClass>();
  for (const classType of classTypesOf(prompt)) {
    const definition = registry.get(classType);
    if (definition !== undefined) classes.set(classType, await nodeClassOf(definition, folders));
  }
  return validatePrompt(prompt, { classOf: (classType) => classes.get(classType), partialTargets });
};
