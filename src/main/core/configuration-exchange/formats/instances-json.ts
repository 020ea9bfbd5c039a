import type { InstanceConfiguration } from '#contract/models/instance.ts';
import { listField, numberField, portField, textField } from '../../migration/scan/json-fields.ts';
import { isObject, type JsonObject } from '../../shared/json-object.ts';
import {
  damagedEntry,
  type ExchangeEntry,
  type ExchangeFile,
  firstEntries,
  noPort,
  notAnObject,
  remark,
} from '../exchange-file.ts';
import { withoutSecrets } from '../secret-free.ts';

/** Splits a typed command line into argv, as a shell would, without ever being one. */
export type SplitArguments = (text: string) => readonly string[];

const quoted = (token: string): string =>
  /^[\w@%+=:,./-]+$/.test(token) ? token : `'${token.replaceAll("'", "'\\''")}'`;

/** Fields of an instance that the list has no place for, as far as they say something. */
const lostFields = (instance: InstanceConfiguration): readonly string[] => [
  ...(instance.kind === 'remote' ? ['url'] : []),
  ...(instance.gpuDevice === 'auto' ? [] : ['gpuDevice']),
  ...(Object.keys(instance.environmentVariables).length === 0 ? [] : ['environmentVariables']),
  ...(instance.customNodesPath === '' ? [] : ['customNodesPath']),
  ...(Object.values(instance.folders).every((folder) => folder === '') ? [] : ['folders']),
];

/** Writes `instances.json` (000-A1 to A3): numbers from 0 as ids, the automatic start as `enabled`. */
export const writeInstancesJson = (options: {
  readonly instances: readonly InstanceConfiguration[];
  readonly startupDelayMs: number;
  readonly logFolder: string;
}): {
  readonly text: string;
  readonly leftOut: readonly (readonly [string, readonly string[]])[];
  readonly lost: readonly (readonly [string, readonly string[]])[];
} => {
  const bare = options.instances.map((instance) => withoutSecrets(instance));
  const document = {
    instances: bare.map(({ configuration }, id) => ({
      id,
      port: configuration.port,
      name: configuration.name,
      ...(configuration.description === '' ? {} : { description: configuration.description }),
      extra_args: configuration.extraArguments.map(quoted).join(' '),
      enabled: configuration.enabled && configuration.autoStart,
    })),
    global_settings: {
      log_directory: options.logFolder,
      pid_directory: options.logFolder,
      default_extra_args: '',
      startup_delay: options.startupDelayMs / 1000,
    },
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

const readEntry = (value: unknown, key: string, shared: readonly string[], split: SplitArguments): ExchangeEntry => {
  if (!isObject(value)) return damagedEntry(key, key, notAnObject);
  const id = numberField(value, 'id');
  const name = (textField(value, 'name') || (id === null ? key : `instance-${id}`)).slice(0, 200);
  const port = portField(value, 'port');
  if (port === null) return damagedEntry(key, name, noPort);
  const description = textField(value, 'description').slice(0, 2000);
  return {
    key,
    // A number counts within its file and means no instance of a studio; the name does.
    id: null,
    draft: {
      name,
      port,
      ...(description === '' ? {} : { description }),
      extraArguments: [...shared, ...split(textField(value, 'extra_args'))],
      autoStart: value['enabled'] !== false,
    },
    damage: null,
  };
};

/** Reads `instances.json` (000-A1 to A6), also the inline form without `global_settings` (000-B4). */
export const readInstancesJson = (document: JsonObject, split: SplitArguments): ExchangeFile => {
  const given = document['global_settings'];
  const settings: JsonObject = isObject(given) ? given : {};
  const shared = split(textField(settings, 'default_extra_args'));
  const delay = numberField(settings, 'startup_delay');
  const { entries, remarks } = firstEntries(listField(document, 'instances'));
  const folders = [textField(settings, 'log_directory'), textField(settings, 'pid_directory')].filter(
    (folder) => folder !== '',
  );
  return {
    format: 'instances-json',
    isTemplate: false,
    entries: entries.map((entry, index) => readEntry(entry, `instances/${index}`, shared, split)),
    activeId: null,
    startupDelayMs: delay === null || delay < 0 || delay > 600 ? null : Math.round(delay * 1000),
    remarks: [
      ...remarks,
      ...(folders.length === 0
        ? []
        : [
            remark('folders-not-kept', 'Logs and pid files stand in the data folder of the studio.', {
              folders: [...new Set(folders)],
            }),
          ]),
    ],
  };
};
