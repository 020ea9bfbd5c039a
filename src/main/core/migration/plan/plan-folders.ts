import type {
  FolderRole,
  FoundFolder,
  MigrationCandidate,
  MigrationChoices,
  PlannedFolder,
} from '#contract/models/migration.ts';
import { joinPath, type Platform } from '../../instances/configuration/paths.ts';

/** Where an instance keeps what is its own. */
export interface FolderSite {
  readonly root: string;
  readonly platform: Platform;
}

const nothing = { files: 0, bytes: 0 };

const found = ({ folders }: MigrationCandidate, role: FolderRole): FoundFolder | null =>
  folders.find((folder) => folder.role === role) ?? null;

const isFilled = (folder: FoundFolder | null): folder is FoundFolder =>
  folder !== null && folder.exists && folder.files !== 0;

const isolated = (role: FolderRole, from: FoundFolder | null, to: string): PlannedFolder => ({
  role,
  from: from?.path ?? '',
  to,
  treatment: 'isolated',
  ...nothing,
});

const copied = (role: FolderRole, from: FoundFolder, to: string): PlannedFolder => ({
  role,
  from: from.path,
  to,
  treatment: 'copied',
  files: from.files,
  bytes: from.bytes,
});

const usedInPlace = (from: FoundFolder, treatment: 'referenced' | 'shared'): PlannedFolder => ({
  role: from.role,
  from: from.path,
  to: from.path,
  treatment,
  files: from.files,
  bytes: from.bytes,
});

/** A folder of a whole library that only the program of the old install passed on: it takes the place that is free. */
export const modelsFolderOf = (
  candidate: MigrationCandidate,
  comfyuiFolder: string,
  platform: Platform,
): FoundFolder | null => {
  const own = found(candidate, 'models');
  const [loose] = candidate.looseModelFolders;
  // The folder in the program is searched anyway.
  const isAutomatic = own !== null && comfyuiFolder !== '' && own.path === joinPath(platform, comfyuiFolder, 'models');
  if (loose === undefined || (own?.exists === true && !isAutomatic)) return own;
  return { role: 'models', path: loose, exists: true, isWritable: false, files: null, bytes: null };
};

/**
 * What becomes of each folder: models stay where they are and are only read from there; what two programs must not share is the
 * instance's own (comfyui-protocol.md 8); workflows, inputs and custom nodes as chosen. The old folders are never written to, unless
 * they are shared on purpose.
 */
export const planFolders = (
  candidate: MigrationCandidate,
  comfyuiFolder: string,
  choices: MigrationChoices,
  site: FolderSite,
): readonly PlannedFolder[] => {
  const at = (name: string): string => joinPath(site.platform, site.root, name);
  const models = modelsFolderOf(candidate, comfyuiFolder, site.platform);
  const input = found(candidate, 'input');
  const user = found(candidate, 'user');
  const nodes = found(candidate, 'custom-nodes');
  const inputFolder = (): PlannedFolder => {
    if (choices.shareInput && input?.exists === true) return usedInPlace(input, 'shared');
    return choices.copyInput && isFilled(input)
      ? copied('input', input, at('input'))
      : isolated('input', input, at('input'));
  };
  const nodesFolder = (): readonly PlannedFolder[] => {
    if (nodes === null || !nodes.exists) return [];
    return [
      choices.shareCustomNodes ? usedInPlace(nodes, 'shared') : copied('custom-nodes', nodes, at('custom_nodes')),
    ];
  };
  return [
    isolated('base', found(candidate, 'base'), site.root),
    ...(models?.exists === true ? [usedInPlace(models, 'referenced')] : []),
    inputFolder(),
    isolated('output', found(candidate, 'output'), at('output')),
    choices.copyUserFolder && isFilled(user) ? copied('user', user, at('user')) : isolated('user', user, at('user')),
    isolated('temp', found(candidate, 'temp'), at('temp')),
    ...nodesFolder(),
  ];
};

const copiesOf = (folders: readonly PlannedFolder[]): readonly PlannedFolder[] =>
  folders.filter(({ treatment }) => treatment === 'copied');

/** What is copied in all; a folder that could not be counted adds nothing here and is said apart. */
export const copySize = (
  folders: readonly PlannedFolder[],
): { files: number; bytes: number; uncounted: readonly string[] } => {
  const copies = copiesOf(folders);
  return {
    files: copies.reduce((sum, { files }) => sum + (files ?? 0), 0),
    bytes: copies.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    uncounted: [...new Set(copies.filter(({ bytes }) => bytes === null).map(({ from }) => from))],
  };
};
