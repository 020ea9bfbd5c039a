import type { FolderRole, FoundFolder, MigrationCandidate, MigrationRemark } from '#contract/models/migration.ts';
import { joinPath } from '../../instances/configuration/paths.ts';
import { resolvePath } from './foreign-path.ts';
import { customNodesFoldersOf, type ModelPath, modelFoldersOf, modelPathsOf } from './model-paths.ts';
import type { FlagFolder, ReadArguments } from './read-arguments.ts';
import { damagedFile, readYamlFile } from './read-file.ts';
import { findInstallPython, versionOf } from './recognise-install.ts';
import { emptyCandidate, findingRemark, type ScanContext } from './scan-context.ts';

/** An install as a look knows it, before its folders are looked at. */
export interface InstallDescription {
  readonly key: string;
  readonly name: string;
  /** Empty where only its data or its settings are known. */
  readonly comfyuiFolder: string;
  /** Paths of interpreters, best first; the usual places are tried after them. */
  readonly pythons: readonly string[];
  readonly arguments: ReadArguments;
  /** What relative paths of its arguments start from. */
  readonly workingFolder: string;
  readonly gpuDevice?: string;
  readonly environmentVariables?: Readonly<Record<string, string>>;
  /** Its data where that is not in the ComfyUI folder and no flag says so. */
  readonly folders?: Readonly<Partial<Record<FlagFolder | 'custom-nodes', string>>>;
  /** Model folders that its program passes on by itself. */
  readonly modelFolders?: readonly string[];
}

export interface DescribedInstall {
  readonly candidate: MigrationCandidate;
  readonly version: string;
  readonly remarks: readonly MigrationRemark[];
}

const lookAtFolder = async (
  role: FolderRole,
  path: string,
  isMeasured: boolean,
  { reader }: ScanContext,
): Promise<FoundFolder> => {
  const kind = await reader.kind(path);
  const exists = kind !== 'missing';
  if (kind !== 'folder') {
    const nothing = kind === 'missing' ? 0 : null;
    return { role, path, exists, isWritable: false, files: nothing, bytes: nothing };
  }
  const [isWritable, measure] = await Promise.all([
    reader.isWritable(path),
    isMeasured ? reader.measure(path) : { files: null, bytes: null },
  ]);
  return { role, path, exists, isWritable, ...measure };
};

interface FoldersOf {
  readonly base: string;
  readonly roles: Readonly<Record<Exclude<FolderRole, 'base'>, string>>;
}

const foldersOf = (description: InstallDescription, { platform }: ScanContext): FoldersOf => {
  const given = description.arguments.folders;
  const at = (flag: FlagFolder, otherwise: string): string => {
    const folder = given[flag];
    if (folder !== undefined && folder !== '') return resolvePath(description.workingFolder, folder, platform);
    return description.folders?.[flag] ?? otherwise;
  };
  const base = at('base', description.comfyuiFolder);
  const within = (name: string): string => (base === '' ? '' : joinPath(platform, base, name));
  return {
    base,
    roles: {
      models: at('models', within('models')),
      input: at('input', within('input')),
      output: at('output', within('output')),
      user: at('user', within('user')),
      // ComfyUI makes `temp` inside the folder that the flag names.
      temp: given.temp === undefined ? within('temp') : joinPath(platform, at('temp', base), 'temp'),
      'custom-nodes': description.folders?.['custom-nodes'] ?? within('custom_nodes'),
    },
  };
};

/** The files with further model folders: its own, which ComfyUI finds by itself, and those of its arguments. */
const readModelFiles = async (
  files: readonly string[],
  context: ScanContext,
): Promise<{ existing: string[]; paths: ModelPath[]; remarks: MigrationRemark[] }> => {
  const existing: string[] = [];
  const paths: ModelPath[] = [];
  const remarks: MigrationRemark[] = [];
  for (const file of files) {
    const look = await readYamlFile(file, context);
    if (look.kind === 'missing') continue;
    if (look.kind === 'remark') {
      remarks.push(look.remark);
      continue;
    }
    existing.push(file);
    const read = modelPathsOf(look.content, file, context);
    paths.push(...read.paths);
    remarks.push(...read.damaged.map((entry) => damagedFile(file, entry)));
  }
  return { existing, paths, remarks };
};

const customNodesIn = async (folders: readonly string[], { reader }: ScanContext): Promise<readonly string[]> => {
  const names = new Set<string>();
  for (const folder of folders) {
    const listing = await reader.list(folder);
    if (listing.kind !== 'folder') continue;
    for (const { name, kind } of listing.entries) {
      const isPack =
        kind === 'folder' && !name.startsWith('.') && !name.startsWith('__') && !name.endsWith('.disabled');
      const isModule = kind === 'file' && name.endsWith('.py') && !name.startsWith('__');
      if (isPack || isModule) names.add(name);
    }
  }
  return [...names].toSorted().slice(0, 1000);
};

const missingFolders = async (
  folders: readonly string[],
  { reader }: ScanContext,
): Promise<readonly MigrationRemark[]> => {
  const kinds = await Promise.all(folders.map((path) => reader.kind(path)));
  return folders.flatMap((path, index) => {
    const kind = kinds[index];
    if (kind === 'folder' || kind === 'file') return [];
    const [code, what] =
      kind === 'missing'
        ? (['missing-folder', 'is not there'] as const)
        : (['unreadable-folder', 'cannot be read'] as const);
    return [findingRemark(code, 'warning', `The models folder ${path} ${what}.`, { path, role: 'models' })];
  });
};

/** Folders of outputs that ComfyUI also searches for models (comfyui-protocol.md 1.1), where there are any. */
const modelsAmongOutputs = async (output: string, { reader, platform }: ScanContext): Promise<readonly string[]> => {
  const folders = ['checkpoints', 'clip', 'vae', 'diffusion_models', 'loras'].map((name) =>
    joinPath(platform, output, name),
  );
  const kinds = await Promise.all(folders.map((path) => reader.kind(path)));
  return folders.filter((_, index) => kinds[index] === 'folder');
};

const measuredRoles = new Set<FolderRole>(['models', 'input', 'output', 'user', 'custom-nodes']);

/** Looks at everything that an install uses. */
export const describeInstall = async (
  description: InstallDescription,
  context: ScanContext,
): Promise<DescribedInstall> => {
  const { platform } = context;
  const { comfyuiFolder, workingFolder } = description;
  const given = description.arguments;
  const { base, roles } = foldersOf(description, context);
  const configured = given.modelConfigurationFiles.map((file) => resolvePath(workingFolder, file, platform));
  const ownFile = comfyuiFolder === '' ? [] : [joinPath(platform, comfyuiFolder, 'extra_model_paths.yaml')];
  const files = await readModelFiles([...new Set([...ownFile, ...configured])], context);
  const extra = { paths: files.paths, damaged: [] };
  const extraModels = modelFoldersOf(extra);
  const ownModels = [roles.models, ...(description.modelFolders ?? [])].filter((path) => path !== '');
  const roleList: (readonly [FolderRole, string])[] = [['base', base]];
  for (const role of ['models', 'input', 'output', 'user', 'temp', 'custom-nodes'] as const)
    roleList.push([role, roles[role]]);
  const present = roleList.filter(([, path]) => path !== '');
  const [folders, python, version, customNodes, missing, outputModels] = await Promise.all([
    Promise.all(present.map(([role, path]) => lookAtFolder(role, path, measuredRoles.has(role), context))),
    comfyuiFolder === '' ? '' : findInstallPython(comfyuiFolder, description.pythons, context),
    comfyuiFolder === '' ? '' : versionOf(comfyuiFolder, context),
    customNodesIn(
      [roles['custom-nodes'], ...customNodesFoldersOf(extra)].filter((path) => path !== ''),
      context,
    ),
    missingFolders([...new Set([...ownModels, ...extraModels])], context),
    roles.output === '' ? [] : modelsAmongOutputs(roles.output, context),
  ]);
  const remarks = [
    ...files.remarks,
    ...missing,
    ...(python === '' && comfyuiFolder !== ''
      ? [
          findingRemark('python-missing', 'warning', `No Python was found for ${comfyuiFolder}.`, {
            path: comfyuiFolder,
          }),
        ]
      : []),
    ...given.leftOut.map((flag) =>
      findingRemark(
        'argument-left-out',
        'warning',
        `${flag} is left out: Atelier reaches its own instances over plain HTTP.`,
        {
          flag,
        },
      ),
    ),
  ];
  const candidate: MigrationCandidate = {
    ...emptyCandidate(description.key, description.name),
    comfyuiFolder,
    pythonPath: python,
    host: given.host,
    port: given.port,
    gpuDevice: given.gpuDevice || description.gpuDevice || 'auto',
    arguments: given.others.slice(0, 200),
    environmentVariables: { ...description.environmentVariables },
    folders,
    modelFolders: [...new Set([...ownModels, ...extraModels, ...outputModels])],
    looseModelFolders: [...new Set([...(description.modelFolders ?? []), ...outputModels])].filter(
      (path) => path !== roles.models && !extraModels.includes(path),
    ),
    modelConfigurationFiles: files.existing,
    customNodes: [...customNodes],
  };
  return { candidate, version, remarks };
};
