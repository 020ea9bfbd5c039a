import type { ValidPrompt } from '#comfyui/validation/prompt-model.ts';
import type { NodeRegistry, SandboxFolders } from '../nodes/node-definition.ts';
import type { ChangeKeys } from './cache-keys.ts';
import { constantsOf } from './links.ts';

/** IS_CHANGED of every node that has one. One that throws counts as NaN: its node always runs again. */
export const changeKeysOf = async (
  prompt: ValidPrompt,
  registry: NodeRegistry,
  folders: SandboxFolders,
): Promise<ChangeKeys> => {
  const keys = new Map<string, string | number>();
  for (const [id, node] of Object.entries(prompt)) {
    const definition = registry.get(node.class_type);
    if (definition?.changeKey === undefined) continue;
    try {
      keys.set(id, await definition.changeKey(constantsOf(prompt, id), folders));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      keys.set(id, Number.NaN);
    }
  }
  return keys;
};

/** The prompt as it goes into files: nodes with IS_CHANGED carry its value, which the history does not show. */
export const promptWithChangeKeys = (prompt: ValidPrompt, changeKeys: ChangeKeys): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(prompt).map(([id, node]) => {
      const key = changeKeys.get(id);
      return [id, key === undefined ? node : { ...node, is_changed: [key] }];
    }),
  );
