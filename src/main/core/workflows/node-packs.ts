import type { NodeInfo } from '#core/ports/comfy-reader.ts';

const packPrefix = 'custom_nodes.';

/**
 * Whether a class comes from a custom node pack, which may bring checks of its own (VALIDATE_INPUTS) in place of its lists, limits and
 * types. ComfyUI does not tell which classes do, so that for these its description is a guess (execution.py, validate_inputs).
 */
export const isFromPack = (info: NodeInfo | undefined): boolean => {
  const module = info?.['python_module'];
  return typeof module === 'string' && module.startsWith(packPrefix);
};
