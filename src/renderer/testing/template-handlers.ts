import type { templateCalls } from '#contract/calls/templates.ts';
import { StudioError } from '#contract/errors.ts';
import type { CallHandlers } from '#contract/handlers.ts';
import type { InstanceTemplate } from '#contract/models/template.ts';
import { fixtureNow } from './instance-fixtures.ts';

const day = 86_400_000;

const examples: readonly InstanceTemplate[] = [
  {
    id: 'example-default',
    name: 'Default Instance',
    kind: 'example',
    savedAt: null,
    draft: { name: 'Default Instance', port: 8188, gpuDevice: 'auto', autoStart: true },
    asks: [],
  },
  {
    id: 'example-character',
    name: 'Character Gen - RTX 4090',
    kind: 'example',
    savedAt: null,
    draft: { name: 'Character Gen - RTX 4090', port: 8189, gpuDevice: 'cuda:0', maxConcurrentWorkflows: 2 },
    asks: ['customNodesPath'],
  },
  {
    id: 'example-batch',
    name: 'Batch Processing - RTX 3080',
    kind: 'example',
    savedAt: null,
    draft: {
      name: 'Batch Processing - RTX 3080',
      port: 8190,
      gpuDevice: 'cuda:1',
      maxConcurrentWorkflows: 1,
      timeoutMs: 600_000,
    },
    asks: [],
  },
];

const own: readonly InstanceTemplate[] = [
  {
    id: 'template-night',
    name: 'Night shift, little memory',
    kind: 'own',
    savedAt: fixtureNow - 3 * day,
    draft: {
      name: 'Night shift',
      port: 8194,
      gpuDevice: 'cuda:1',
      extraArguments: ['--lowvram', '--reserve-vram', '1.5'],
      idle: { freeAfterMs: 600_000, stopAfterMs: 1_800_000, startOnDemand: true },
    },
    asks: [],
  },
];

/** The calls about templates, over a list in memory. */
export const templateHandlers = (): Pick<CallHandlers, keyof typeof templateCalls> => {
  let templates = [...own];
  return {
    'templates.list': () => ({ templates: [...examples, ...templates] }),
    'templates.save': ({ name, draft, replaces }) => {
      const same = templates.find((each) => each.name === name && each.id !== replaces);
      if (same !== undefined) {
        throw new StudioError('TEMPLATE_NAME_TAKEN', undefined, { details: { name, templateId: same.id } });
      }
      const id = replaces ?? `template-${templates.length + 1}-${name.length}`;
      const template: InstanceTemplate = { id, name, kind: 'own', savedAt: fixtureNow, draft, asks: [] };
      templates = [...templates.filter((each) => each.id !== replaces), template];
      return { template, leftOut: [] };
    },
    'templates.delete': ({ templateId }) => {
      const template = templates.find(({ id }) => id === templateId);
      if (template === undefined) throw new StudioError('TEMPLATE_NOT_FOUND');
      templates = templates.filter((each) => each !== template);
      return { template };
    },
  };
};
