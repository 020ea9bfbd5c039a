import { StudioError } from '#contract/errors.ts';
import { ownFileSchema, ownFormatName } from '#contract/models/configuration.ts';
import {
  type InstanceConfiguration,
  type InstanceDraft,
  instanceConfigurationSchema,
  instanceDraftSchema,
} from '#contract/models/instance.ts';
import { isObject, type JsonObject } from '../../shared/json-object.ts';
import {
  damagedEntry,
  type ExchangeEntry,
  type ExchangeFile,
  firstEntries,
  notAnObject,
  remark,
} from '../exchange-file.ts';
import { withoutSecrets } from '../secret-free.ts';
import { unreadable } from './unreadable.ts';

const newestVersion = 1;

/** What holds on any machine: no id, address, folder or device of this one. */
const asTemplate = (configuration: InstanceConfiguration): InstanceDraft => {
  const usual = instanceConfigurationSchema.parse({ id: 'template', name: '' });
  const isPath = (value: string): boolean => /^(?:[/\\~]|[A-Za-z]:[/\\])|file:/.test(value);
  const variables = Object.entries(configuration.environmentVariables).filter(([, value]) => !isPath(value));
  return {
    name: configuration.name,
    description: configuration.description,
    kind: 'local',
    program: configuration.program,
    // cuda:1 is a place on any machine; a UUID is one card in the world.
    gpuDevice: /GPU-|MIG-/i.test(configuration.gpuDevice) ? usual.gpuDevice : configuration.gpuDevice,
    environmentVariables: Object.fromEntries(variables),
    extraArguments: configuration.extraArguments.some((token) => isPath(token.replace(/^--[\w-]+=/, '')))
      ? []
      : configuration.extraArguments,
    maxConcurrentWorkflows: configuration.maxConcurrentWorkflows,
    weight: configuration.weight,
    timeoutMs: configuration.timeoutMs,
    enableQueueMonitoring: configuration.enableQueueMonitoring,
    autoStart: configuration.autoStart,
    restartPolicy: configuration.restartPolicy,
    idle: configuration.idle,
    ...(configuration.program === 'sandbox' ? { sandbox: configuration.sandbox } : {}),
  };
};

const asInstance = ({ createdAt: _createdAt, ...rest }: InstanceConfiguration): InstanceDraft => rest;

/** Writes instances, or templates of them, without their secrets. */
export const writeAtelierFile = (options: {
  readonly instances: readonly InstanceConfiguration[];
  readonly activeInstanceId: string | null;
  readonly template: boolean;
  readonly exportedAt: string;
  readonly program: string;
}): { readonly text: string; readonly leftOut: readonly (readonly [string, readonly string[]])[] } => {
  const bare = options.instances.map((instance) => withoutSecrets(instance));
  const shape = options.template ? asTemplate : asInstance;
  const document = {
    format: ownFormatName,
    version: newestVersion,
    kind: options.template ? 'templates' : 'instances',
    exportedAt: options.exportedAt,
    exportedBy: options.program,
    activeInstanceId: options.template ? null : options.activeInstanceId,
    instances: bare.map(({ configuration, leftOut }) => ({
      ...shape(configuration),
      ...(leftOut.length === 0 ? {} : { leftOut }),
    })),
  };
  return {
    text: `${JSON.stringify(document, null, 2)}\n`,
    leftOut: bare.flatMap(({ configuration, leftOut }) =>
      leftOut.length === 0 ? [] : [[configuration.name, leftOut] as const],
    ),
  };
};

const readEntry = (value: unknown, key: string): ExchangeEntry => {
  if (!isObject(value)) return damagedEntry(key, key, notAnObject);
  const { leftOut: _leftOut, ...fields } = value;
  const name = typeof value['name'] === 'string' ? value['name'].slice(0, 200) : key;
  const parsed = instanceDraftSchema.safeParse(fields);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') ?? '';
    const message = `${field}${field === '' ? '' : ': '}${issue?.message ?? 'not readable'}`;
    return damagedEntry(key, name, { reason: 'field', message, field });
  }
  return { key, id: parsed.data.id ?? null, draft: parsed.data, damage: null };
};

/** Reads the studio's own file. CONFIGURATION_NEWER_VERSION for one that a later program wrote. */
export const readAtelierFile = (document: JsonObject): ExchangeFile => {
  const version = document['version'];
  if (typeof version === 'number' && version > newestVersion) {
    throw new StudioError('CONFIGURATION_NEWER_VERSION', undefined, {
      details: { version, supportedVersion: newestVersion },
    });
  }
  const envelope = ownFileSchema.safeParse(document);
  if (!envelope.success) {
    const field = envelope.error.issues[0]?.path.join('.') ?? '';
    throw unreadable('field', { field });
  }
  const { instances, kind, activeInstanceId } = envelope.data;
  const first = firstEntries(instances);
  const leftOut = first.entries.flatMap((each) =>
    isObject(each) && Array.isArray(each['leftOut'])
      ? [{ name: String(each['name']), fields: each['leftOut'].filter((field) => typeof field === 'string') }]
      : [],
  );
  return {
    format: 'atelier',
    isTemplate: kind === 'templates',
    entries: first.entries.map((entry, index) => readEntry(entry, `instances/${index}`)),
    activeId: activeInstanceId,
    startupDelayMs: null,
    remarks: [
      ...first.remarks,
      ...leftOut.map((each) =>
        remark('secrets-left-out', `${each.name}: ${each.fields.join(', ')} did not come along.`, each),
      ),
    ],
  };
};
