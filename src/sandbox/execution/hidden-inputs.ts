import { isRecord } from '#comfyui/validation/input-config.ts';
import type { NodeInfo } from '#comfyui/validation/node-class.ts';
import type { Run } from './run.ts';

const valueOf = (type: unknown, run: Run, nodeId: string): unknown => {
  switch (Array.isArray(type) ? type[0] : type) {
    case 'PROMPT':
      return run.shownPrompt;
    case 'EXTRA_PNGINFO':
      return run.item.extraData.extra_pnginfo ?? null;
    case 'UNIQUE_ID':
      return nodeId;
    default:
      return null;
  }
};

/** The inputs that a class gets from the server instead of the prompt. */
export const hiddenInputsOf = (info: NodeInfo, run: Run, nodeId: string): Record<string, unknown> => {
  const hidden = isRecord(info.input) ? info.input.hidden : undefined;
  if (!isRecord(hidden)) return {};
  return Object.fromEntries(Object.entries(hidden).map(([name, type]) => [name, valueOf(type, run, nodeId)]));
};
