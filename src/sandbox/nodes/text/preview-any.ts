import { isFloat } from '#comfyui/python/float-value.ts';
import { pythonText, pythonUnicodeJson } from '#comfyui/python/python-text.ts';
import type { NodeDefinition } from '../node-definition.ts';
import { defineNode } from '../node-shape.ts';
import { describeTensor } from '../tensor-text.ts';
import { isImage, isMask } from '../values.ts';

const jsonIndent = 4;

const isPlain = (value: unknown): value is object =>
  Array.isArray(value) || (typeof value === 'object' && value !== null && !('kind' in value));

/** A value as PreviewAny shows it: text as it is, numbers as Python's str(), lists and dicts as indented JSON. */
export const previewText = (value: unknown): string => {
  if (isImage(value) || isMask(value)) return describeTensor(value);
  if (isFloat(value) || !isPlain(value)) return pythonText(value);
  return pythonUnicodeJson(value, jsonIndent);
};

export const previewAny = (): NodeDefinition =>
  defineNode(
    {
      classType: 'PreviewAny',
      displayName: 'Preview as Text',
      description: 'Shows any value as text.',
      pythonModule: 'comfy_extras.nodes_preview_any',
      category: 'utilities',
      api: 'v1',
      inputs: { required: { source: ['*', {}] } },
      outputTypes: ['STRING'],
      isOutputNode: true,
    },
    {
      run(inputs) {
        const text = previewText(inputs.raw('source'));
        return { values: [text], ui: { text: [text] } };
      },
    },
  );
