import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { isThisMachine } from '../../instances/configuration/remote-address.ts';
import { httpAddress } from '../../instances/endpoint.ts';
import { listField, numberField, portField, textField, textRecord } from '../../migration/scan/json-fields.ts';
import { isObject, type JsonObject } from '../../shared/json-object.ts';
import {
  damagedEntry,
  type ExchangeEntry,
  type ExchangeFile,
  firstEntries,
  noPort,
  notAnObject,
} from '../exchange-file.ts';
import { withoutSecrets } from '../secret-free.ts';

const writtenVersion = '1.0';

/** Fields that the file has no place for, as far as they say something. */
const lostFields = (instance: InstanceConfiguration): readonly string[] => [
  ...(instance.comfyuiFolder === '' ? [] : ['comfyuiFolder']),
  ...(instance.pythonPath === '' ? [] : ['pythonPath']),
  ...(instance.extraArguments.length === 0 ? [] : ['extraArguments']),
  ...(Object.values(instance.folders).every((folder) => folder === '') ? [] : ['folders']),
];

/** Writes the file of document 002 (ComfyUIInstancesConfig). */
export const writeInstancesConfig = (options: {
  readonly instances: readonly InstanceConfiguration[];
  readonly activeInstanceId: string | null;
  readonly savedAt: number;
}): {
  readonly text: string;
  readonly leftOut: readonly (readonly [string, readonly string[]])[];
  readonly lost: readonly (readonly [string, readonly string[]])[];
} => {
  const bare = options.instances.map((instance) => withoutSecrets(instance));
  const document = {
    version: writtenVersion,
    instances: bare.map(({ configuration: each }) => ({
      id: each.id,
      name: each.name,
      port: each.port,
      host: each.host,
      gpuDevice: each.gpuDevice,
      envVars: each.environmentVariables,
      ...(each.customNodesPath === '' ? {} : { customNodesPath: each.customNodesPath }),
      maxConcurrentWorkflows: each.maxConcurrentWorkflows,
      timeoutMs: each.timeoutMs,
      enableQueueMonitoring: each.enableQueueMonitoring,
      autoStart: each.autoStart,
      ...(each.description === '' ? {} : { description: each.description }),
    })),
    ...(options.activeInstanceId === null ? {} : { activeInstanceId: options.activeInstanceId }),
    lastSaved: options.savedAt,
  };
  const withName = (fields: (each: (typeof bare)[number]) => readonly string[]) =>
    bare.flatMap((each) => {
      const named = fields(each);
      return named.length === 0 ? [] : [[each.configuration.name, named] as const];
    });
  return {
    text: `${JSON.stringify(document, null, 2)}\n`,
    leftOut: withName(({ leftOut }) => leftOut),
    lost: withName(({ configuration }) => lostFields(configuration)),
  };
};

const within = (value: number | null, lowest: number, highest: number): number | undefined =>
  value !== null && Number.isInteger(value) && value >= lowest && value <= highest ? value : undefined;

/** Ids name folders here, so one that could not is given up; the name still tells the instance. */
const usableId = (id: string): string | null => (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id) ? id : null);

const switchField = (value: JsonObject, key: string): boolean | undefined => {
  const given = value[key];
  return typeof given === 'boolean' ? given : undefined;
};

const readEntry = (value: unknown, key: string): ExchangeEntry => {
  if (!isObject(value)) return damagedEntry(key, key, notAnObject);
  const name = (textField(value, 'name') || textField(value, 'id') || key).slice(0, 200);
  const port = portField(value, 'port');
  if (port === null) return damagedEntry(key, name, noPort);
  const host = textField(value, 'host') || 'localhost';
  const isLocal = isThisMachine(host);
  const workflows = within(numberField(value, 'maxConcurrentWorkflows'), 1, 64);
  const timeoutMs = within(numberField(value, 'timeoutMs'), 1000, 86_400_000);
  const monitoring = switchField(value, 'enableQueueMonitoring');
  const autoStart = switchField(value, 'autoStart');
  const device = textField(value, 'gpuDevice').slice(0, 500);
  const nodes = textField(value, 'customNodesPath').slice(0, 4096);
  const id = usableId(textField(value, 'id'));
  return {
    key,
    id,
    draft: {
      ...(id === null ? {} : { id }),
      name,
      port,
      kind: isLocal ? 'local' : 'remote',
      host: host === 'localhost' ? '127.0.0.1' : host,
      ...(isLocal ? {} : { url: httpAddress(host, port) }),
      ...(device === '' ? {} : { gpuDevice: device }),
      ...(isObject(value['envVars']) ? { environmentVariables: textRecord(value['envVars']) } : {}),
      ...(nodes === '' ? {} : { customNodesPath: nodes }),
      ...(workflows === undefined ? {} : { maxConcurrentWorkflows: workflows }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(monitoring === undefined ? {} : { enableQueueMonitoring: monitoring }),
      ...(autoStart === undefined ? {} : { autoStart }),
      ...(Object.hasOwn(value, 'description') ? { description: textField(value, 'description').slice(0, 2000) } : {}),
    },
    damage: null,
  };
};

/** Reads the file of document 002 (002-3b). Another main version than 1 may mean other things by the same names. */
export const readInstancesConfig = (document: JsonObject): ExchangeFile => {
  const version = textField(document, 'version');
  if (version !== '' && !/^1(?:\.|$)/.test(version)) {
    throw new StudioError('CONFIGURATION_NEWER_VERSION', undefined, {
      details: { version, supportedVersion: writtenVersion },
    });
  }
  const { entries, remarks } = firstEntries(listField(document, 'instances'));
  return {
    format: 'instances-config',
    isTemplate: false,
    entries: entries.map((entry, index) => readEntry(entry, `instances/${index}`)),
    activeId: textField(document, 'activeInstanceId') || null,
    startupDelayMs: null,
    remarks,
  };
};
