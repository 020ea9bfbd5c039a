import type { InstanceDraft } from '#contract/models/instance.ts';
import type { ForeignProcess } from '#core/ports/foreign-processes.ts';
import { isAbsolutePath, joinPath, type Platform, parentPath } from '../instances/configuration/paths.ts';

type FolderFlag = 'base' | 'output' | 'input' | 'user' | 'models';

const folderFlags: Readonly<Record<string, FolderFlag>> = {
  '--base-directory': 'base',
  '--output-directory': 'output',
  '--input-directory': 'input',
  '--user-directory': 'user',
  '--models-directory': 'models',
};
/** Said by the studio itself, or of no use to an instance. */
const dropped = new Set(['--auto-launch', '--disable-auto-launch', '--dont-print-server']);
const droppedWithValue = new Set(['--port', '--temp-directory', '--database-url']);

interface ReadArguments {
  readonly folders: Partial<Record<FolderFlag, string>>;
  readonly others: readonly string[];
}

/** Splits `--flag=value`, which argparse takes too. */
const splitToken = (token: string): readonly [flag: string, value: string | null] => {
  const at = token.startsWith('--') ? token.indexOf('=') : -1;
  return at === -1 ? [token, null] : [token.slice(0, at), token.slice(at + 1)];
};

/** What of its command line an instance keeps (comfyui-protocol.md 1.2). */
const readArguments = (tokens: readonly string[]): ReadArguments => {
  const folders: Partial<Record<FolderFlag, string>> = {};
  const others: string[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    const [flag, given] = splitToken(token);
    const next = tokens[index + 1];
    const hasNext = given === null && next !== undefined && !next.startsWith('--');
    const folder = folderFlags[flag];
    if (folder !== undefined) {
      folders[folder] = given ?? next ?? '';
      if (given === null) index += 1;
    } else if (droppedWithValue.has(flag)) {
      if (given === null) index += 1;
    } else if (flag === '--listen') {
      // Its address may be left out.
      if (hasNext) index += 1;
    } else if (!dropped.has(flag)) others.push(token);
  }
  return { folders, others };
};

/** The Python of a process: as it was called where that is a whole path, else that of its virtual environment. */
const pythonOf = ({ command, environment }: ForeignProcess, platform: Platform): string | null => {
  const [program = ''] = command;
  if (isAbsolutePath(program, platform)) return program;
  const virtual = environment['VIRTUAL_ENV'] ?? environment['CONDA_PREFIX'] ?? '';
  if (virtual === '') return null;
  return platform === 'win32'
    ? joinPath(platform, virtual, 'Scripts', 'python.exe')
    : joinPath(platform, virtual, 'bin', 'python');
};

/**
 * A ComfyUI that somebody started by hand, as an instance that finds the same models, pictures, settings and nodes; null where that
 * cannot be told. Its temporary folder and database are its own from then on, since two programs must not share those.
 */
export const importedInstance = (found: ForeignProcess, port: number, platform: Platform): InstanceDraft | null => {
  const { command, workingFolder, environment } = found;
  const scriptIndex = command.findIndex((token) => /(?:^|[/\\])main\.py$/u.test(token));
  const script = command[scriptIndex];
  const pythonPath = pythonOf(found, platform);
  if (script === undefined || pythonPath === null) return null;
  const absolute = (path: string): string =>
    isAbsolutePath(path, platform) ? path : joinPath(platform, workingFolder, path.replace(/^\.[/\\]/u, ''));
  const comfyuiFolder = parentPath(absolute(script), platform);
  const { folders, others } = readArguments(command.slice(scriptIndex + 1));
  const base = folders.base === undefined ? comfyuiFolder : absolute(folders.base);
  const folderOf = (flag: FolderFlag): string => {
    const given = folders[flag];
    return given === undefined ? joinPath(platform, base, flag) : absolute(given);
  };
  const devices = environment['CUDA_VISIBLE_DEVICES'] ?? '';
  return {
    name: 'ComfyUI',
    program: 'comfyui',
    port,
    comfyuiFolder,
    pythonPath,
    folders: {
      base,
      output: folderOf('output'),
      input: folderOf('input'),
      user: folderOf('user'),
      models: folderOf('models'),
    },
    extraArguments: [...others],
    gpuDevice: devices === '' ? 'auto' : devices,
    autoStart: true,
  };
};
