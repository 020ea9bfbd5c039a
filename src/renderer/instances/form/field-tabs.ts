import type { FieldProblem } from '#contract/models/instance.ts';

export const formTabs = ['basic', 'resources', 'runtime', 'environment', 'advanced'] as const;
export type FormTab = (typeof formTabs)[number];

const tabs: readonly { readonly tab: FormTab; readonly fields: readonly string[] }[] = [
  {
    tab: 'basic',
    fields: [
      'name',
      'description',
      'kind',
      'program',
      'host',
      'port',
      'url',
      'authentication',
      'comfyuiFolder',
      'pythonPath',
    ],
  },
  { tab: 'resources', fields: ['gpuDevice', 'maxConcurrentWorkflows', 'weight', 'customNodesPath', 'sandbox'] },
  { tab: 'runtime', fields: ['timeoutMs', 'enableQueueMonitoring', 'autoStart', 'enabled'] },
  { tab: 'environment', fields: ['environmentVariables'] },
  { tab: 'advanced', fields: ['folders', 'extraArguments', 'restartPolicy', 'idle'] },
];

/** The tab on which a field stands; a path counts by its first part. Unknown fields are shown on the last tab. */
export const tabOf = (field: string): FormTab => {
  const first = field.split('.')[0] ?? field;
  return tabs.find(({ fields }) => fields.includes(first))?.tab ?? 'advanced';
};

/** How many errors each tab holds. */
export const countByTab = (problems: readonly FieldProblem[]): Readonly<Record<FormTab, number>> => {
  const counts = { basic: 0, resources: 0, runtime: 0, environment: 0, advanced: 0 };
  for (const { field, severity } of problems) if (severity === 'error') counts[tabOf(field)] += 1;
  return counts;
};
