import { joinPath } from '../../instances/configuration/paths.ts';
import { readTextFile } from './read-file.ts';
import type { ScanContext } from './scan-context.ts';

/** Whether a folder holds ComfyUI's program: `main.py` is in many programs, so a second file that only ComfyUI has is asked for. */
export const holdsComfyui = async (folder: string, context: ScanContext): Promise<boolean> => {
  const { reader, platform } = context;
  if ((await reader.kind(joinPath(platform, folder, 'main.py'))) !== 'file') return false;
  const marks = await Promise.all(
    ['comfyui_version.py', 'folder_paths.py', 'comfy'].map((name) => reader.kind(joinPath(platform, folder, name))),
  );
  return marks.some((kind) => kind === 'file' || kind === 'folder');
};

/** The commit that a checkout stands on, short; empty where that is not written in one place. */
const commitOf = async (folder: string, context: ScanContext): Promise<string> => {
  const git = joinPath(context.platform, folder, '.git');
  const head = await readTextFile(joinPath(context.platform, git, 'HEAD'), context);
  if (head.kind !== 'read') return '';
  const text = head.content.trim();
  const reference = /^ref: (refs\/[\w./-]{1,200})$/u.exec(text)?.[1];
  if (reference === undefined) return /^[0-9a-f]{40}$/u.test(text) ? text.slice(0, 8) : '';
  if (reference.includes('..')) return '';
  const file = await readTextFile(joinPath(context.platform, git, ...reference.split('/')), context);
  const commit = file.kind === 'read' ? file.content.trim() : '';
  return /^[0-9a-f]{40}$/u.test(commit) ? commit.slice(0, 8) : '';
};

/** The version of an installed ComfyUI: from its version file, else its project file, else its commit; empty where none tells. */
export const versionOf = async (folder: string, context: ScanContext): Promise<string> => {
  const { platform } = context;
  const version = await readTextFile(joinPath(platform, folder, 'comfyui_version.py'), context);
  const named =
    version.kind === 'read' ? /__version__\s*=\s*["']([^"'\n]{1,60})["']/u.exec(version.content)?.[1] : undefined;
  if (named !== undefined) return named;
  const project = await readTextFile(joinPath(platform, folder, 'pyproject.toml'), context);
  const declared =
    project.kind === 'read' ? /^version\s*=\s*["']([^"'\n]{1,60})["']/mu.exec(project.content)?.[1] : undefined;
  return declared ?? (await commitOf(folder, context));
};

export const isGitCheckout = async (folder: string, context: ScanContext): Promise<boolean> =>
  ['folder', 'file'].includes(await context.reader.kind(joinPath(context.platform, folder, '.git')));

const environmentNames = ['venv', '.venv', 'env', '.env'];

/** Where the interpreter of a virtual environment is. */
export const environmentPythons = (environment: string, context: ScanContext): readonly string[] =>
  context.platform === 'win32'
    ? [
        joinPath(context.platform, environment, 'Scripts', 'python.exe'),
        joinPath(context.platform, environment, 'python.exe'),
      ]
    : [
        joinPath(context.platform, environment, 'bin', 'python'),
        joinPath(context.platform, environment, 'bin', 'python3'),
      ];

/** Interpreters that may belong to a ComfyUI folder, best first. */
const pythonsBeside = (folder: string, context: ScanContext): readonly string[] =>
  environmentNames.flatMap((name) => environmentPythons(joinPath(context.platform, folder, name), context));

/** The first of the hints and usual places that is there; empty where none is. */
export const findInstallPython = async (
  comfyuiFolder: string,
  hints: readonly string[],
  context: ScanContext,
): Promise<string> => {
  for (const path of [...hints, ...pythonsBeside(comfyuiFolder, context)]) {
    if (path !== '' && (await context.reader.kind(path)) === 'file') return path;
  }
  return '';
};
