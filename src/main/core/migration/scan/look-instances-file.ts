import type { MigrationCandidate, MigrationRemark } from '#contract/models/migration.ts';
import { isSecretName } from '../../instances/configuration/mask-secrets.ts';
import { isThisMachine, parseRemoteUrl } from '../../instances/configuration/remote-address.ts';
import { httpAddress } from '../../instances/endpoint.ts';
import { isObject, type JsonObject } from '../../shared/json-object.ts';
import { describeInstall } from './describe-install.ts';
import { listField, numberField, portField, textField, textRecord } from './json-fields.ts';
import { readArguments } from './read-arguments.ts';
import { damagedFile } from './read-file.ts';
import { emptyCandidate, findingRemark, type ScanContext, type Sighting } from './scan-context.ts';

/** More entries than any workstation has GPUs for. */
const maxEntries = 256;

/** Names of variables that look like secrets: they are said, their values are not. */
export const secretNamesRemark = (
  owner: string,
  variables: Readonly<Record<string, string>>,
): readonly MigrationRemark[] => {
  const names = Object.keys(variables).filter((name) => isSecretName(name) && variables[name] !== '');
  if (names.length === 0) return [];
  const text = `${owner}: ${names.join(', ')} look like secrets; they are kept, but better stand elsewhere.`;
  return [findingRemark('secret-in-environment', 'warning', text, { name: owner, variables: names })];
};

const entriesOf = (
  list: readonly unknown[],
  file: string,
): { entries: readonly JsonObject[]; remarks: MigrationRemark[] } => {
  const entries = list.filter(isObject).slice(0, maxEntries);
  const remarks: MigrationRemark[] = [];
  if (entries.length < Math.min(list.length, maxEntries)) remarks.push(damagedFile(file, 'an entry of instances'));
  if (list.length > maxEntries) {
    const text = `${file} lists ${list.length} instances; the first ${maxEntries} are read.`;
    remarks.push(findingRemark('cut-off', 'warning', text, { path: file, limit: maxEntries }));
  }
  return { entries, remarks };
};

/** Keys are unique even where a file gives an id twice. */
const keyOf = (wanted: string, taken: Set<string>): string => {
  for (let number = 1; ; number += 1) {
    const key = number === 1 ? wanted : `${wanted} (${number})`;
    if (!taken.has(key)) {
      taken.add(key);
      return key;
    }
  }
};

/** Where the ComfyUI of such a file is; empty where that is not known. */
export interface InstanceHome {
  readonly comfyuiFolder: string;
}

/**
 * `instances.json` (000-A1 to A6) as candidates: `enabled` becomes the automatic start, and the arguments of all stand before those of
 * one.
 */
export const readInstancesJson = async (
  document: JsonObject,
  file: string,
  home: InstanceHome,
  context: ScanContext,
): Promise<{ candidates: readonly MigrationCandidate[]; remarks: readonly MigrationRemark[] }> => {
  const settings = document['global_settings'];
  const shared = isObject(settings) ? context.splitArguments(textField(settings, 'default_extra_args')) : [];
  const { entries, remarks } = entriesOf(listField(document, 'instances'), file);
  const keys = new Set<string>();
  const described = await Promise.all(
    entries.map(async (entry) => {
      const id = numberField(entry, 'id');
      const port = portField(entry, 'port');
      const name = textField(entry, 'name') || (id === null ? 'instance' : `instance-${id}`);
      const own = context.splitArguments(textField(entry, 'extra_args'));
      const install = await describeInstall(
        {
          key: keyOf(id === null ? name : String(id), keys),
          name,
          comfyuiFolder: home.comfyuiFolder,
          pythons: [],
          arguments: readArguments([...shared, ...own]),
          workingFolder: home.comfyuiFolder || '/',
        },
        context,
      );
      const description = textField(entry, 'description').slice(0, 2000);
      const candidate: MigrationCandidate = {
        ...install.candidate,
        port: port ?? install.candidate.port,
        autoStart: entry['enabled'] !== false,
        settings: description === '' ? {} : { description },
      };
      const badPort = port === null && entry['port'] !== undefined ? [damagedFile(file, `the port of ${name}`)] : [];
      return { candidate, remarks: [...badPort, ...install.remarks] };
    }),
  );
  return {
    candidates: described.map(({ candidate }) => candidate),
    remarks: [...remarks, ...described.flatMap((each) => each.remarks)],
  };
};

/** Numbers outside what an instance takes are left out, so that its default holds. */
const within = (value: number | null, lowest: number, highest: number): number | undefined =>
  value !== null && Number.isInteger(value) && value >= lowest && value <= highest ? value : undefined;

const settingsOf = (entry: JsonObject): MigrationCandidate['settings'] => {
  const description = textField(entry, 'description').slice(0, 2000);
  const workflows = within(numberField(entry, 'maxConcurrentWorkflows'), 1, 64);
  const timeoutMs = within(numberField(entry, 'timeoutMs'), 1000, 86_400_000);
  const monitoring = entry['enableQueueMonitoring'];
  return {
    ...(description === '' ? {} : { description }),
    ...(workflows === undefined ? {} : { maxConcurrentWorkflows: workflows }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(typeof monitoring === 'boolean' ? { enableQueueMonitoring: monitoring } : {}),
  };
};

/** One entry of document 002's ComfyUIInstancesConfig: it names an address, never an install. */
const configuredCandidate = (entry: JsonObject, key: string, active: string): MigrationCandidate => {
  const host = textField(entry, 'host') || 'localhost';
  const port = portField(entry, 'port');
  const nodes = textField(entry, 'customNodesPath');
  const address = port === null ? null : parseRemoteUrl(httpAddress(host === 'localhost' ? '127.0.0.1' : host, port));
  return {
    ...emptyCandidate(key, textField(entry, 'name') || key),
    url: address?.ok === true ? address.baseUrl : '',
    host,
    port,
    gpuDevice: (textField(entry, 'gpuDevice') || 'auto').slice(0, 500),
    environmentVariables: textRecord(entry['envVars']),
    autoStart: entry['autoStart'] === true,
    folders:
      nodes === ''
        ? []
        : [{ role: 'custom-nodes', path: nodes, exists: false, isWritable: false, files: null, bytes: null }],
    isActive: textField(entry, 'id') !== '' && textField(entry, 'id') === active,
    settings: settingsOf(entry),
  };
};

/** The configuration file of document 002 (ComfyUIInstancesConfig). */
export const readInstancesConfig = async (
  document: JsonObject,
  file: string,
  { reader }: ScanContext,
): Promise<{ candidates: readonly MigrationCandidate[]; remarks: readonly MigrationRemark[] }> => {
  const { entries, remarks } = entriesOf(listField(document, 'instances'), file);
  const keys = new Set<string>();
  const active = textField(document, 'activeInstanceId');
  const candidates = await Promise.all(
    entries.map(async (entry) => {
      const candidate = configuredCandidate(
        entry,
        keyOf(textField(entry, 'id') || textField(entry, 'name') || 'instance', keys),
        active,
      );
      const [nodes] = candidate.folders;
      if (nodes === undefined) return candidate;
      const exists = (await reader.kind(nodes.path)) === 'folder';
      const isWritable = exists && (await reader.isWritable(nodes.path));
      return { ...candidate, folders: [{ ...nodes, exists, isWritable }] };
    }),
  );
  const missing = candidates.flatMap(({ name, folders }) =>
    folders
      .filter(({ exists }) => !exists)
      .map(({ path }) =>
        findingRemark('missing-folder', 'warning', `${name}: ${path} is not there.`, {
          path,
          role: 'custom-nodes',
          name,
        }),
      ),
  );
  const secrets = candidates.flatMap(({ name, environmentVariables }) => secretNamesRemark(name, environmentVariables));
  return { candidates, remarks: [...remarks, ...missing, ...secrets] };
};

/** Whether a candidate of such a file means a server on this machine. */
export const isLocalAddress = (candidate: Pick<MigrationCandidate, 'url' | 'host'>): boolean =>
  candidate.url === '' || isThisMachine(candidate.host);

export const instancesSighting = (
  kind: Sighting['kind'],
  title: string,
  location: string,
  read: { readonly candidates: readonly MigrationCandidate[]; readonly remarks: readonly MigrationRemark[] },
): Sighting => ({ kind, title, location, version: '', candidates: read.candidates, remarks: read.remarks });
