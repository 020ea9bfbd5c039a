import type { FieldText } from './fields.tsx';

/** The texts of a field by its path in a configuration or in the form. Variables go by their own name. */
const texts: Readonly<Record<string, FieldText>> = {
  name: 'name',
  description: 'description',
  kind: 'kind',
  program: 'program',
  host: 'host',
  port: 'port',
  url: 'url',
  authentication: 'authentication',
  authenticationType: 'authentication',
  username: 'username',
  comfyuiFolder: 'comfyuiFolder',
  pythonPath: 'pythonPath',
  customNodesPath: 'customNodesPath',
  gpuDevice: 'gpuDevice',
  'folders.base': 'folderBase',
  'folders.models': 'folderModels',
  'folders.input': 'folderInput',
  'folders.output': 'folderOutput',
  'folders.user': 'folderUser',
  'folders.temp': 'folderTemp',
  maxConcurrentWorkflows: 'maxConcurrentWorkflows',
  weight: 'weight',
  freeAfterMinutes: 'freeAfter',
  stopAfterMinutes: 'stopAfter',
  startOnDemand: 'startOnDemand',
  timeoutMs: 'timeoutMs',
  enableQueueMonitoring: 'enableQueueMonitoring',
  autoStart: 'autoStart',
  enabled: 'enabled',
  restartPolicy: 'restartPolicy',
  extraArguments: 'extraArguments',
  extraArgumentsText: 'extraArguments',
  sandboxSpeed: 'sandboxSpeed',
  sandboxClock: 'sandboxClock',
  sandboxVramGb: 'sandboxVram',
};

/** Fields that stand for a group of inputs. */
const groups = {
  environmentVariables: 'instanceForm.tabs.environment',
  folders: 'instanceForm.fields.foldersTitle',
  sandbox: 'instanceForm.fields.sandboxTitle',
} as const;

const isGroup = (field: string): field is keyof typeof groups => Object.hasOwn(groups, field);

type Label = `instanceForm.fields.${FieldText}.label` | (typeof groups)[keyof typeof groups];

/** The key of the sentence that names a field on the screen; null for one without, such as a variable. */
export const labelKeyOf = (field: string): Label | null => {
  const text = Object.hasOwn(texts, field) ? texts[field] : undefined;
  if (text !== undefined) return `instanceForm.fields.${text}.label`;
  return isGroup(field) ? groups[field] : null;
};

/** How a field is called on the screen; a variable by its own name. */
export const labelOf = (field: string, t: (key: Label) => string): string => {
  const key = labelKeyOf(field);
  return key === null ? field.replace(/^environmentVariables\./, '') : t(key);
};
