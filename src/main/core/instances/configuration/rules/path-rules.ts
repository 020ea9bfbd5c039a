import type { FieldProblem, InstanceConfiguration } from '#contract/models/instance.ts';
import type { PathKind } from '../../../ports/machine.ts';
import { climbsOut, isAbsolutePath, type Platform, samePath } from '../paths.ts';
import { failing, warning } from './problem.ts';

/** What is on the disk at one path of a configuration. */
export interface PathFact {
  readonly kind: PathKind;
  /** Files can be written into the folder, or the missing folder can be made. */
  readonly writable: boolean;
}

/** A path that a user typed: what it is for, and whether Atelier makes it where it is missing. */
export interface PathField {
  readonly field: string;
  readonly label: string;
  readonly path: string;
  readonly use: 'folder-to-read' | 'folder-to-write';
}

const folderLabels = {
  base: 'Base folder',
  output: 'Output folder',
  input: 'Input folder',
  user: 'User folder',
  temp: 'Temp folder',
  models: 'Models folder',
} as const;
type FolderName = keyof typeof folderLabels;
const folderNames = ['base', 'output', 'input', 'user', 'temp', 'models'] as const;

/** Every folder that a local configuration sets, in the order of the form. The interpreter is looked at on its own. */
export const pathFields = ({
  program,
  comfyuiFolder,
  customNodesPath,
  folders,
}: InstanceConfiguration): readonly PathField[] => {
  const useOf = (name: FolderName): PathField['use'] => (name === 'models' ? 'folder-to-read' : 'folder-to-write');
  const comfyui: PathField[] =
    program === 'sandbox'
      ? []
      : [
          { field: 'comfyuiFolder', label: 'ComfyUI folder', path: comfyuiFolder, use: 'folder-to-read' },
          { field: 'customNodesPath', label: 'Custom nodes path', path: customNodesPath, use: 'folder-to-read' },
        ];
  const others = folderNames.map(
    (name): PathField => ({
      field: `folders.${name}`,
      label: folderLabels[name],
      path: folders[name],
      use: useOf(name),
    }),
  );
  return [...comfyui, ...others].filter(({ path }) => path !== '');
};

const controlCharacter = /\p{Cc}/u;

/** What is wrong with the text of a path, before the disk is asked; null when it is fine. */
export const pathShapeProblem = (
  { field, label, path }: Pick<PathField, 'field' | 'label' | 'path'>,
  platform: Platform,
): FieldProblem | null => {
  if (controlCharacter.test(path)) {
    return failing(field, 'path-invalid', `${label} holds a control character`, { path });
  }
  if (climbsOut(path, platform)) return failing(field, 'path-climbs', `${label} must not contain ".."`, { path });
  if (!isAbsolutePath(path, platform))
    return failing(field, 'path-relative', `${label} must be an absolute path`, { path });
  return null;
};

const readProblem = ({ field, label, path }: PathField, { kind }: PathFact): FieldProblem | null => {
  if (kind === 'folder') return null;
  const code = kind === 'file' ? 'path-not-folder' : (`path-${kind}` as const);
  return failing(field, code, `${label} does not exist or is not accessible`, { path });
};

const writeProblem = ({ field, label, path }: PathField, { kind, writable }: PathFact): FieldProblem | null => {
  if (kind === 'file') return failing(field, 'path-not-folder', `${label} is a file, not a folder`, { path });
  if (kind === 'unreadable')
    return failing(field, 'path-unreadable', `${label} does not exist or is not accessible`, { path });
  if (!writable) {
    const what = kind === 'missing' ? 'does not exist and cannot be made' : 'cannot be written into';
    return failing(field, 'path-not-writable', `${label} ${what}`, { path });
  }
  return kind === 'missing'
    ? warning(field, 'path-new', `${label} does not exist yet and will be made`, { path })
    : null;
};

/** The finding about one path; `fact` is null when the disk did not answer in time. */
export const pathProblem = (path: PathField, fact: PathFact | null, platform: Platform): FieldProblem | null => {
  const shape = pathShapeProblem(path, platform);
  if (shape !== null) return shape;
  if (fact === null)
    return warning(path.field, 'path-unchecked', `${path.label} could not be checked in time`, { path: path.path });
  return path.use === 'folder-to-read' ? readProblem(path, fact) : writeProblem(path, fact);
};

/**
 * Folders that two instances name alike. Sharing the temp folder destroys files at each start; sharing the others loses settings or
 * overwrites pictures now and then (comfyui-protocol.md 8).
 */
export const sharedFolderProblems = (
  configuration: InstanceConfiguration,
  others: readonly InstanceConfiguration[],
  platform: Platform,
): readonly FieldProblem[] =>
  (['base', 'output', 'user', 'temp'] as const).flatMap((name) => {
    const path = configuration.folders[name];
    if (path === '') return [];
    const other = others.find(
      (each) => each.kind === 'local' && each.folders[name] !== '' && samePath(each.folders[name], path, platform),
    );
    if (other === undefined) return [];
    const say = name === 'temp' ? failing : warning;
    return [
      say(`folders.${name}`, 'folder-shared', `${folderLabels[name]} is already used by instance "${other.name}"`, {
        path,
        instanceId: other.id,
        instanceName: other.name,
      }),
    ];
  });

/** What was found out about the ComfyUI folder and its interpreter. */
export interface InstallFacts {
  readonly hasMainFile: boolean;
  readonly python: {
    readonly command: string;
    readonly source: 'set' | 'environment' | 'system';
    /** `not-run`: a plain name such as `python3`, which the system looks up, could not be started. */
    readonly state: 'usable' | 'missing' | 'not-executable' | 'not-run';
  };
}

const pythonTexts = {
  missing: 'does not exist',
  'not-executable': 'is not a program that can be run',
  'not-run': 'cannot be started',
} as const;

/** Findings about the install of a local ComfyUI; `facts` is null when its folder is wrong already or the disk did not answer. */
export const installProblems = (
  { comfyuiFolder, pythonPath }: InstanceConfiguration,
  facts: InstallFacts | null,
  platform: Platform,
): readonly FieldProblem[] => {
  // A plain name is looked up by the system; everything else is a path like the others.
  const shape = /[\\/]/.test(pythonPath)
    ? pathShapeProblem({ field: 'pythonPath', label: 'Python path', path: pythonPath }, platform)
    : null;
  const problems: FieldProblem[] = shape === null ? [] : [shape];
  if (comfyuiFolder === '') {
    return [failing('comfyuiFolder', 'comfyui-folder-missing', 'ComfyUI folder is required'), ...problems];
  }
  if (facts === null) return problems;
  if (!facts.hasMainFile) {
    problems.push(
      failing('comfyuiFolder', 'main-file-missing', 'ComfyUI folder has no main.py, so it is no ComfyUI', {
        path: comfyuiFolder,
      }),
    );
  }
  const { command, source, state } = facts.python;
  if (shape !== null) return problems;
  if (state !== 'usable') {
    problems.push(
      failing('pythonPath', `python-${state}`, `Python ${command} ${pythonTexts[state]}`, {
        path: pythonPath,
        command,
      }),
    );
  } else if (source === 'system') {
    problems.push(
      warning(
        'pythonPath',
        'python-of-system',
        `No Python environment was found beside ComfyUI, so ${command} of the system is used`,
        {
          command,
        },
      ),
    );
  }
  return problems;
};
