import {
  type InstanceConfiguration,
  type InstanceDraft,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import { quoteArguments } from './quote-arguments.ts';

export interface EnvironmentRow {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

/** A number field of a form: empty while nothing is typed. */
type FormNumber = number | '';

/** What the inputs of the dialog hold. Units are those that people type: minutes and GB, and milliseconds where the guide does. */
export interface InstanceFormValues {
  readonly name: string;
  readonly description: string;
  readonly kind: InstanceConfiguration['kind'];
  readonly program: InstanceConfiguration['program'];
  readonly host: string;
  readonly port: FormNumber;
  readonly url: string;
  readonly authenticationType: InstanceConfiguration['authentication']['type'];
  readonly username: string;
  readonly secret: string;
  readonly comfyuiFolder: string;
  readonly pythonPath: string;
  readonly customNodesPath: string;
  readonly gpuDevice: string;
  readonly folders: InstanceConfiguration['folders'];
  readonly maxConcurrentWorkflows: FormNumber;
  readonly weight: FormNumber;
  readonly freeAfterMinutes: FormNumber;
  readonly stopAfterMinutes: FormNumber;
  readonly startOnDemand: boolean;
  readonly timeoutMs: FormNumber;
  readonly enableQueueMonitoring: boolean;
  readonly autoStart: boolean;
  readonly enabled: boolean;
  readonly restartPolicy: InstanceConfiguration['restartPolicy'];
  readonly environment: readonly EnvironmentRow[];
  readonly extraArgumentsText: string;
  /** The stored arguments, sent as they are while nobody changed the text. */
  readonly storedArguments: readonly string[];
  readonly sandboxSpeed: FormNumber;
  readonly sandboxClock: FormNumber;
  readonly sandboxVramGb: FormNumber;
  readonly sandboxArguments: readonly string[];
}

const gigabyte = 1024 ** 3;
const minuteMs = 60_000;

/** The configuration that a new instance starts from (002-C5). */
export const newConfiguration = (): InstanceConfiguration => instanceConfigurationSchema.parse({ id: 'new', name: '' });

/** The dialog's view of a configuration. */
export const valuesOf = (configuration: InstanceConfiguration): InstanceFormValues => ({
  name: configuration.name,
  description: configuration.description,
  kind: configuration.kind,
  program: configuration.program,
  host: configuration.host,
  port: configuration.port,
  url: configuration.url,
  authenticationType: configuration.authentication.type,
  username: configuration.authentication.type === 'basic' ? configuration.authentication.username : '',
  secret: '',
  comfyuiFolder: configuration.comfyuiFolder,
  pythonPath: configuration.pythonPath,
  customNodesPath: configuration.customNodesPath,
  gpuDevice: configuration.gpuDevice,
  folders: configuration.folders,
  maxConcurrentWorkflows: configuration.maxConcurrentWorkflows,
  weight: configuration.weight,
  freeAfterMinutes: configuration.idle.freeAfterMs / minuteMs,
  stopAfterMinutes: configuration.idle.stopAfterMs / minuteMs,
  startOnDemand: configuration.idle.startOnDemand,
  timeoutMs: configuration.timeoutMs,
  enableQueueMonitoring: configuration.enableQueueMonitoring,
  autoStart: configuration.autoStart,
  enabled: configuration.enabled,
  restartPolicy: configuration.restartPolicy,
  environment: Object.entries(configuration.environmentVariables).map(([name, value], index) => ({
    key: `stored-${index}`,
    name,
    value,
  })),
  extraArgumentsText: quoteArguments(configuration.extraArguments),
  storedArguments: configuration.extraArguments,
  sandboxSpeed: configuration.sandbox.speed,
  sandboxClock: configuration.sandbox.clock,
  sandboxVramGb: configuration.sandbox.vramBytes / gigabyte,
  sandboxArguments: configuration.sandbox.arguments,
});

const authenticationOf = (values: InstanceFormValues): InstanceConfiguration['authentication'] =>
  values.authenticationType === 'basic'
    ? { type: 'basic', username: values.username }
    : { type: values.authenticationType };

/** Numbers that are missing are left to the studio to complain about: 0 is in no range. */
const numberOr = (value: FormNumber, missing: number): number => (value === '' ? missing : value);

/** What the studio is asked to check and store. Rows without a name and a value are no variables yet. */
export const draftOf = (values: InstanceFormValues): InstanceDraft => ({
  name: values.name.trim(),
  description: values.description.trim(),
  kind: values.kind,
  program: values.program,
  authentication: values.kind === 'remote' ? authenticationOf(values) : { type: 'none' },
  ...(values.kind === 'remote'
    ? { url: values.url.trim() }
    : { host: values.host.trim(), port: numberOr(values.port, 0), url: '' }),
  comfyuiFolder: values.comfyuiFolder,
  pythonPath: values.pythonPath,
  customNodesPath: values.customNodesPath,
  gpuDevice: values.gpuDevice,
  folders: values.folders,
  maxConcurrentWorkflows: numberOr(values.maxConcurrentWorkflows, 0),
  weight: numberOr(values.weight, 0),
  idle: {
    freeAfterMs: Math.round(numberOr(values.freeAfterMinutes, 0) * minuteMs),
    stopAfterMs: Math.round(numberOr(values.stopAfterMinutes, 0) * minuteMs),
    startOnDemand: values.startOnDemand,
  },
  timeoutMs: numberOr(values.timeoutMs, 0),
  enableQueueMonitoring: values.enableQueueMonitoring,
  autoStart: values.autoStart,
  enabled: values.enabled,
  restartPolicy: values.restartPolicy,
  environmentVariables: Object.fromEntries(
    values.environment.filter(({ name, value }) => name !== '' || value !== '').map(({ name, value }) => [name, value]),
  ),
  ...(values.extraArgumentsText === quoteArguments(values.storedArguments)
    ? { extraArguments: [...values.storedArguments] }
    : { extraArgumentsText: values.extraArgumentsText }),
  sandbox: {
    speed: numberOr(values.sandboxSpeed, 1),
    clock: numberOr(values.sandboxClock, 1),
    vramBytes: Math.max(1, Math.round(numberOr(values.sandboxVramGb, 24) * gigabyte)),
    arguments: [...values.sandboxArguments],
  },
});
