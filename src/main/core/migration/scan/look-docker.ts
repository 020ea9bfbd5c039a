import type { MigrationCandidate, MigrationRemark } from '#contract/models/migration.ts';
import { joinPath } from '../../instances/configuration/paths.ts';
import { isObject } from '../../shared/json-object.ts';
import { describeInstall } from './describe-install.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { resolvePath } from './foreign-path.ts';
import { portField, textField } from './json-fields.ts';
import { readInstancesJson } from './look-instances-file.ts';
import { readArguments } from './read-arguments.ts';
import { damagedFile, readJsonFile, readTextFile } from './read-file.ts';
import { holdsComfyui, versionOf } from './recognise-install.ts';
import type { ScanContext, Sighting } from './scan-context.ts';

const lastPart = (path: string): string => path.split(/[\\/]/u).findLast((part) => part !== '') ?? path;
const maxInstances = 64;

const isFolder = async (path: string, { reader }: ScanContext): Promise<boolean> =>
  (await reader.kind(path)) === 'folder';

const environmentOf = async (folder: string, context: ScanContext): Promise<ReadonlyMap<string, string>> => {
  const look = await readTextFile(joinPath(context.platform, folder, '.env'), context);
  return look.kind === 'read' ? readEnvironmentFile(look.content) : new Map<string, string>();
};

const portOf = (text: string | undefined): number | null => portField({ port: text }, 'port');

/** Document 001: `storage/shared` and `storage/instances/<id>` (001-A1, B1 to B5); null where the folder is none. */
export const lookAtDockerMulti = async (folder: string, context: ScanContext): Promise<Sighting | null> => {
  const { platform, reader } = context;
  const environment = await environmentOf(folder, context);
  const named = (variable: string, otherwise: string): string =>
    resolvePath(folder, environment.get(variable) || otherwise, platform);
  const shared = named('COMFY_SHARED_PATH', joinPath(platform, folder, 'storage', 'shared'));
  const instances = named('COMFY_INSTANCES_PATH', joinPath(platform, folder, 'storage', 'instances'));
  const listing = await reader.list(instances);
  if (listing.kind !== 'folder' || !(await isFolder(shared, context))) return null;
  const names = listing.entries
    .filter(({ kind, name }) => kind === 'folder' && !name.startsWith('.'))
    .map(({ name }) => name);
  const isNamed = (name: string): boolean => name === (environment.get('COMFY_INSTANCE_ID') || 'comfy');
  const described = await Promise.all(
    names.slice(0, maxInstances).map(async (name) => {
      const own = isNamed(name);
      const given = readArguments(own ? context.splitArguments(environment.get('CLI_ARGS') ?? '') : []);
      const install = await describeInstall(
        {
          key: name,
          name,
          comfyuiFolder: '',
          pythons: [],
          arguments: { ...given, port: given.port ?? (own ? portOf(environment.get('COMFY_PORT')) : null) },
          workingFolder: instances,
          folders: {
            base: joinPath(platform, instances, name),
            models: joinPath(platform, shared, 'models'),
            input: joinPath(platform, shared, 'input'),
          },
        },
        context,
      );
      return { ...install, candidate: { ...install.candidate, isActive: own, autoStart: true } };
    }),
  );
  return {
    kind: 'docker-multi',
    title: lastPart(folder),
    location: folder,
    version: '',
    candidates: described.map(({ candidate }) => candidate),
    remarks: described.flatMap(({ remarks }) => [...remarks]),
  };
};

const flatRoles = ['models', 'input', 'output', 'user', 'temp'] as const;
const flatVariables = {
  models: 'COMFY_MODEL_PATH',
  input: 'COMFY_INPUT_PATH',
  output: 'COMFY_OUTPUT_PATH',
  user: 'COMFY_USER_PATH',
} as const;

/** Models and one more thing that ComfyUI keeps: a folder of data without the program. */
const holdsData = async (folder: string, context: ScanContext): Promise<boolean> => {
  const at = (name: string): Promise<boolean> => isFolder(joinPath(context.platform, folder, name), context);
  if (!(await at('models'))) return false;
  return (await Promise.all([at('user'), at('custom_nodes'), at('output')])).some(Boolean);
};

/** One flat `./data` (document 001 before and after its instances), or such a folder itself; null where the folder is none. */
export const lookAtDockerSingle = async (folder: string, context: ScanContext): Promise<Sighting | null> => {
  const { platform } = context;
  const inside = joinPath(platform, folder, 'data');
  const data = (await holdsData(inside, context)) ? inside : (await holdsData(folder, context)) ? folder : '';
  if (data === '') return null;
  const environment = await environmentOf(folder, context);
  const given = readArguments(context.splitArguments(environment.get('CLI_ARGS') ?? ''));
  const folders: Partial<Record<(typeof flatRoles)[number] | 'base', string>> = { base: data };
  for (const [role, variable] of [
    ['models', flatVariables.models],
    ['input', flatVariables.input],
    ['output', flatVariables.output],
    ['user', flatVariables.user],
  ] as const) {
    const path = environment.get(variable);
    if (path !== undefined && path !== '') folders[role] = resolvePath(folder, path, platform);
  }
  const { candidate, remarks } = await describeInstall(
    {
      key: 'data',
      name: environment.get('COMFY_INSTANCE_ID') || lastPart(folder),
      comfyuiFolder: '',
      pythons: [],
      arguments: { ...given, port: given.port ?? portOf(environment.get('COMFY_PORT')) },
      workingFolder: folder,
      folders,
    },
    context,
  );
  return {
    kind: 'docker-single',
    title: lastPart(folder),
    location: folder,
    version: '',
    candidates: [candidate],
    remarks,
  };
};

interface Environment {
  readonly name: string;
  readonly description: string;
  readonly port: number | null;
  readonly folder: string;
}

const environmentsOf = async (
  workspace: string,
  context: ScanContext,
): Promise<{ environments: Environment[]; remarks: MigrationRemark[] }> => {
  const { platform, reader } = context;
  const root = joinPath(platform, workspace, 'config', 'environments');
  const listing = await reader.list(root);
  const environments: Environment[] = [];
  const remarks: MigrationRemark[] = [];
  for (const { name, kind } of listing.kind === 'folder' ? listing.entries.slice(0, maxInstances) : []) {
    if (kind !== 'folder') continue;
    const file = joinPath(platform, root, name, 'config.json');
    const look = await readJsonFile(file, context);
    if (look.kind === 'remark') remarks.push(look.remark);
    if (look.kind === 'read' && !isObject(look.content)) remarks.push(damagedFile(file));
    if (look.kind !== 'read' || !isObject(look.content)) continue;
    const folder = joinPath(platform, workspace, `ComfyUI-${name}`);
    environments.push({
      name,
      description: textField(look.content, 'description'),
      port: portField(look.content, 'port'),
      folder: (await holdsComfyui(folder, context)) ? folder : '',
    });
  }
  return { environments, remarks };
};

/** The environment that instances run in when nobody names one (000-E5). */
const defaultEnvironment = 'comm';

const environmentCandidate = async (
  { name, description, port, folder }: Environment,
  context: ScanContext,
): Promise<{ candidate: MigrationCandidate; remarks: readonly MigrationRemark[] }> => {
  const given = { ...readArguments([]), port };
  const install = await describeInstall(
    { key: `environment:${name}`, name, comfyuiFolder: folder, pythons: [], arguments: given, workingFolder: folder },
    context,
  );
  const settings = description === '' ? {} : { description: description.slice(0, 2000) };
  return { candidate: { ...install.candidate, settings, autoStart: true }, remarks: install.remarks };
};

/**
 * Document 000: `config/environments/<name>/config.json` beside `ComfyUI-<name>` and `shared-models`, with or without an
 * `instances.json`, whose instances run in the everyday environment; null where the folder is none.
 */
export const lookAtDockerEnvironments = async (workspace: string, context: ScanContext): Promise<Sighting | null> => {
  const { platform } = context;
  const { environments, remarks } = await environmentsOf(workspace, context);
  if (environments.length === 0) return null;
  const file = joinPath(platform, workspace, 'instances.json');
  const look = await readJsonFile(file, context);
  const document = look.kind === 'read' && isObject(look.content) ? look.content : null;
  if (look.kind === 'remark') remarks.push(look.remark);
  const home = environments.find(({ name }) => name === defaultEnvironment) ?? environments[0];
  const listed =
    document === null
      ? { candidates: [], remarks: [] }
      : await readInstancesJson(document, file, { comfyuiFolder: home?.folder ?? '' }, context);
  // The environment that the listed instances run in is not one more.
  const others = environments.filter((environment) => listed.candidates.length === 0 || environment !== home);
  const described = await Promise.all(others.map((environment) => environmentCandidate(environment, context)));
  return {
    kind: 'docker-multi',
    title: lastPart(workspace),
    location: workspace,
    version: home?.folder ? await versionOf(home.folder, context) : '',
    candidates: [...listed.candidates, ...described.map(({ candidate }) => candidate)],
    remarks: [...remarks, ...listed.remarks, ...described.flatMap((each) => [...each.remarks])],
  };
};
