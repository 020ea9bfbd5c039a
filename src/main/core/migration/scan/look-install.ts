import type { MigrationRemark } from '#contract/models/migration.ts';
import { joinPath, parentPath } from '../../instances/configuration/paths.ts';
import { describeInstall } from './describe-install.ts';
import { lastPart } from './last-part.ts';
import { readArguments } from './read-arguments.ts';
import { readTextFile } from './read-file.ts';
import { holdsComfyui, isGitCheckout } from './recognise-install.ts';
import type { ScanContext, Sighting } from './scan-context.ts';

/** Start scripts of the portable build, most specific first: the newest script that somebody edited is what they use. */
const startScripts = [
  'run_nvidia_gpu.bat',
  'run_nvidia_gpu_fast_fp16_accumulation.bat',
  'run_amd_gpu.bat',
  'run_intel_gpu.bat',
  'run_cpu.bat',
];

/** The arguments after `main.py` in the first line of a batch file that starts ComfyUI; null where none does. */
export const argumentsOfBatch = (
  text: string,
  splitArguments: (text: string) => readonly string[],
): readonly string[] | null => {
  for (const line of text.split(/\r\n|\r|\n/u)) {
    if (/^\s*(?:rem\b|::)/iu.test(line)) continue;
    const found = /main\.py"?(?:\s+(.*))?$/u.exec(line);
    if (found === null) continue;
    // A variable of the batch file or a second command is not known here.
    const rest = (found[1] ?? '').replace(/\s[&|>].*$/u, '').replace(/%\*\s*$/u, '');
    return splitArguments(rest);
  }
  return null;
};

const portableArguments = async (
  folder: string,
  context: ScanContext,
): Promise<{ tokens: readonly string[]; remarks: readonly MigrationRemark[] }> => {
  const remarks: MigrationRemark[] = [];
  for (const name of startScripts) {
    const look = await readTextFile(joinPath(context.platform, folder, name), context);
    if (look.kind === 'remark') remarks.push(look.remark);
    const tokens = look.kind === 'read' ? argumentsOfBatch(look.content, context.splitArguments) : null;
    if (tokens !== null) return { tokens, remarks };
  }
  return { tokens: [], remarks };
};

/** The Windows portable build: `python_embeded` beside `ComfyUI`; null where the folder is none. */
export const lookAtPortable = async (folder: string, context: ScanContext): Promise<Sighting | null> => {
  const { platform, reader } = context;
  const embedded = joinPath(platform, folder, 'python_embeded');
  const comfyuiFolder = joinPath(platform, folder, 'ComfyUI');
  if ((await reader.kind(embedded)) !== 'folder' || !(await holdsComfyui(comfyuiFolder, context))) return null;
  const { tokens, remarks } = await portableArguments(folder, context);
  const { candidate, version, ...described } = await describeInstall(
    {
      key: 'portable',
      name: 'ComfyUI portable',
      comfyuiFolder,
      pythons: [joinPath(platform, embedded, 'python.exe')],
      arguments: readArguments(tokens),
      workingFolder: folder,
    },
    context,
  );
  return {
    kind: 'portable',
    title: lastPart(folder),
    location: folder,
    version,
    candidates: [candidate],
    remarks: [...remarks, ...described.remarks],
  };
};

/** A folder with ComfyUI's program in it: a clone, or one that was unpacked; null where the folder is none. */
export const lookAtCheckout = async (folder: string, context: ScanContext): Promise<Sighting | null> => {
  if (!(await holdsComfyui(folder, context))) return null;
  const isClone = await isGitCheckout(folder, context);
  const { candidate, version, remarks } = await describeInstall(
    {
      key: 'install',
      name: lastPart(folder),
      comfyuiFolder: folder,
      // Some keep the environment beside the clone.
      pythons: [],
      arguments: readArguments([]),
      workingFolder: folder,
    },
    context,
  );
  return {
    kind: isClone ? 'git' : 'folder',
    title: lastPart(folder),
    location: folder,
    version,
    candidates: [candidate],
    remarks,
  };
};

/** What stands in a folder that is an install itself, or its parent. */
export const lookAtInstall = async (folder: string, context: ScanContext): Promise<Sighting | null> => {
  const portable = await lookAtPortable(folder, context);
  if (portable !== null) return portable;
  const parent = parentPath(folder, context.platform);
  // `ComfyUI` of a portable build, pointed at from within.
  const around = parent === folder ? null : await lookAtPortable(parent, context);
  if (around?.candidates[0]?.comfyuiFolder === folder) return around;
  return lookAtCheckout(folder, context);
};
