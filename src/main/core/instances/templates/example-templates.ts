import type { InstanceTemplate } from '#contract/models/template.ts';

const example = (id: string, draft: InstanceTemplate['draft'], asks: readonly string[] = []): InstanceTemplate => ({
  id: `example-${id}`,
  name: draft.name,
  kind: 'example',
  savedAt: null,
  draft,
  asks: [...asks],
});

/** The three configurations with which the user guide explains instances (source-documents.md 002-C9). */
export const exampleTemplates: readonly InstanceTemplate[] = [
  example('default', { name: 'Default Instance', port: 8188, gpuDevice: 'auto', autoStart: true }),
  example(
    'character',
    { name: 'Character Gen - RTX 4090', port: 8189, gpuDevice: 'cuda:0', maxConcurrentWorkflows: 2 },
    ['customNodesPath'],
  ),
  example('batch', {
    name: 'Batch Processing - RTX 3080',
    port: 8190,
    gpuDevice: 'cuda:1',
    maxConcurrentWorkflows: 1,
    timeoutMs: 600_000,
  }),
];
