import type { TFunction } from 'i18next';

/** Fields of a configuration that the form has a label for under the same or another name. */
const labels = {
  name: 'instanceForm.fields.name.label',
  description: 'instanceForm.fields.description.label',
  kind: 'instanceForm.fields.kind.label',
  program: 'instanceForm.fields.program.label',
  host: 'instanceForm.fields.host.label',
  port: 'instanceForm.fields.port.label',
  url: 'instanceForm.fields.url.label',
  authentication: 'instanceForm.fields.authentication.label',
  gpuDevice: 'instanceForm.fields.gpuDevice.label',
  environmentVariables: 'instancePage.configuration.environmentTitle',
  extraArguments: 'instanceForm.fields.extraArguments.label',
  comfyuiFolder: 'instanceForm.fields.comfyuiFolder.label',
  pythonPath: 'instanceForm.fields.pythonPath.label',
  customNodesPath: 'instanceForm.fields.customNodesPath.label',
  folders: 'instanceForm.fields.foldersTitle',
  maxConcurrentWorkflows: 'instanceForm.fields.maxConcurrentWorkflows.label',
  weight: 'instanceForm.fields.weight.label',
  timeoutMs: 'instanceForm.fields.timeoutMs.label',
  enableQueueMonitoring: 'instanceForm.fields.enableQueueMonitoring.label',
  autoStart: 'instanceForm.fields.autoStart.label',
  restartPolicy: 'instanceForm.fields.restartPolicy.label',
  enabled: 'instanceForm.fields.enabled.label',
  idle: 'instanceForm.fields.stopAfter.label',
  sandbox: 'instanceForm.fields.sandboxSpeed.label',
  id: 'instancePage.configuration.id',
  createdAt: 'instancePage.configuration.createdAt',
} as const;

const isNamed = (field: string): field is keyof typeof labels => Object.hasOwn(labels, field);

/** A field of a configuration as the form calls it; its own name where the form has none. */
export const fieldName = (field: string, t: TFunction): string => (isNamed(field) ? t(labels[field]) : field);
