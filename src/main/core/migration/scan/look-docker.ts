import { joinPath } from '../../instances/configuration/paths.ts';
import { describeInstall } from './describe-install.ts';
import { containerArguments, readDockerProject } from './docker-project.ts';
import { resolvePath } from './foreign-path.ts';
import { portField } from './json-fields.ts';
import { lastPart } from './last-part.ts';
import type { ScanContext, Sighting } from './scan-context.ts';

export const maxContainers = 64;

const isFolder = async (path: string, { reader }: ScanContext): Promise<boolean> =>
  (await reader.kind(path)) === 'folder';

/** Document 001: `storage/shared` and `storage/instances/<id>` (001-A1, B1 to B5); null where the folder is none. */
export const lookAtDockerMulti = async (folder: string, context: ScanContext): Promise<Sighting | null> => {
  const { platform, reader } = context;
  const project = await readDockerProject(folder, context);
  const named = (variable: string, otherwise: string): string =>
    resolvePath(folder, project.variables.get(variable) || otherwise, platform);
  const shared = named('COMFY_SHARED_PATH', joinPath(platform, folder, 'storage', 'shared'));
  const instances = named('COMFY_INSTANCES_PATH', joinPath(platform, folder, 'storage', 'instances'));
  const listing = await reader.list(instances);
  if (listing.kind !== 'folder' || !(await isFolder(shared, context))) return null;
  const names = listing.entries
    .filter(({ kind, name }) => kind === 'folder' && !name.startsWith('.'))
    .map(({ name }) => name);
  const described = await Promise.all(
    names.slice(0, maxContainers).map(async (name) => {
      const { isNamed, ...given } = containerArguments(name, project, context);
      const install = await describeInstall(
        {
          key: name,
          name,
          comfyuiFolder: '',
          pythons: [],
          arguments: given,
          workingFolder: instances,
          folders: {
            base: joinPath(platform, instances, name),
            models: joinPath(platform, shared, 'models'),
            input: joinPath(platform, shared, 'input'),
          },
        },
        context,
      );
      return { ...install, candidate: { ...install.candidate, isActive: isNamed, autoStart: true } };
    }),
  );
  return {
    kind: 'docker-multi',
    title: lastPart(folder),
    location: folder,
    version: '',
    candidates: described.map(({ candidate }) => candidate),
    remarks: [...project.remarks, ...described.flatMap(({ remarks }) => remarks)],
  };
};

/** Variables that put a folder of the flat layout elsewhere. */
const flatVariables = [
  ['models', 'COMFY_MODEL_PATH'],
  ['input', 'COMFY_INPUT_PATH'],
  ['output', 'COMFY_OUTPUT_PATH'],
  ['user', 'COMFY_USER_PATH'],
  ['custom-nodes', 'COMFY_CUSTOM_NODE_PATH'],
] as const;

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
  const project = await readDockerProject(folder, context);
  const { variables } = project;
  const instanceId = variables.get('COMFY_INSTANCE_ID') || project.services[0]?.instanceId || 'comfy';
  const given = containerArguments(instanceId, project, context);
  const moved = flatVariables.flatMap(([role, variable]) => {
    const path = variables.get(variable) ?? '';
    return path === '' ? [] : [[role, resolvePath(folder, path, platform)] as const];
  });
  const { candidate, remarks } = await describeInstall(
    {
      key: 'data',
      name: variables.get('COMFY_INSTANCE_ID') || lastPart(folder),
      comfyuiFolder: '',
      pythons: [],
      arguments: { ...given, port: given.port ?? portField({ port: variables.get('COMFY_PORT') }, 'port') },
      workingFolder: folder,
      folders: { base: data, ...Object.fromEntries(moved) },
    },
    context,
  );
  return {
    kind: 'docker-single',
    title: lastPart(folder),
    location: folder,
    version: '',
    candidates: [candidate],
    remarks: [...project.remarks, ...remarks],
  };
};
