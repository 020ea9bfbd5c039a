import type { MigrationCandidate, MigrationRemark } from '#contract/models/migration.ts';
import { joinPath } from '../../instances/configuration/paths.ts';
import { describeInstall } from './describe-install.ts';
import { expandPath, normalPath } from './foreign-path.ts';
import { readArguments } from './read-arguments.ts';
import { damagedFile, readTextFile } from './read-file.ts';
import { environmentPythons, holdsComfyui } from './recognise-install.ts';
import { findingRemark, type ScanContext, type Sighting } from './scan-context.ts';

/** The `[DEFAULT]` section as Python's configparser reads it: names in lower case, `=` or `:`, `%%` for a percent sign; null when damaged. */
export const readDefaultSection = (text: string): ReadonlyMap<string, string> | null => {
  const values = new Map<string, string>();
  let section: string | null = null;
  for (const line of text.split(/\r\n|\r|\n/u)) {
    if (/^\s*(?:[#;].*)?$/u.test(line) || /^\s/u.test(line)) continue;
    if (line.startsWith('[')) {
      section = /^\[([^\]]+)\]/u.exec(line)?.[1] ?? null;
      if (section === null) return null;
      continue;
    }
    const entry = /^([^=:]+?)\s*[=:]\s*(.*)$/u.exec(line);
    if (entry === null || section === null) return null;
    if (section === 'DEFAULT')
      values.set((entry[1] ?? '').toLowerCase(), (entry[2] ?? '').trim().replaceAll('%%', '%'));
  }
  return values;
};

const configFileOf = ({ platform, home }: ScanContext): string => {
  if (platform === 'win32') return joinPath(platform, home, 'AppData', 'Local', 'comfy-cli', 'config.ini');
  if (platform === 'darwin')
    return joinPath(platform, home, 'Library', 'Application Support', 'comfy-cli', 'config.ini');
  return joinPath(platform, home, '.config', 'comfy-cli', 'config.ini');
};

interface Workspace {
  readonly key: string;
  readonly folder: string;
  readonly tokens: readonly string[];
}

const workspacesOf = (values: ReadonlyMap<string, string>, context: ScanContext): readonly Workspace[] => {
  const { platform, home, environment } = context;
  const folderOf = (name: string): string => {
    const text = values.get(name) ?? '';
    return text === '' ? '' : normalPath(expandPath(text, home, environment, platform), platform);
  };
  const launch = context.splitArguments(values.get('default_launch_extras') ?? '');
  const chosen = folderOf('default_workspace');
  const recent = folderOf('recent_workspace');
  return [
    // The extras belong to the default workspace alone.
    { key: 'default', folder: chosen, tokens: launch },
    { key: 'recent', folder: recent === chosen ? '' : recent, tokens: [] },
  ].filter(({ folder }) => folder !== '');
};

/** `('127.0.0.1', 8188, 4242)`: the server that `comfy launch --background` started. */
export const backgroundOf = (text: string): { port: number; pid: number } | null => {
  const found = /^\(\s*'[^']*'\s*,\s*(\d{1,5})\s*,\s*(\d+)\s*\)$/u.exec(text);
  return found === null ? null : { port: Number(found[1]), pid: Number(found[2]) };
};

/** The workspaces of comfy-cli; null where it was never used. Tokens in its file are not looked at. */
export const lookAtComfyCli = async (context: ScanContext): Promise<Sighting | null> => {
  const file = configFileOf(context);
  const look = await readTextFile(file, context);
  if (look.kind === 'missing') return null;
  const seen = (candidates: MigrationCandidate[], remarks: MigrationRemark[], version = ''): Sighting => ({
    kind: 'comfy-cli',
    title: 'comfy-cli',
    location: file,
    version,
    candidates,
    remarks,
  });
  if (look.kind === 'remark') return seen([], [look.remark]);
  const values = readDefaultSection(look.content);
  if (values === null) return seen([], [damagedFile(file)]);
  const background = backgroundOf(values.get('background') ?? '');
  const candidates: MigrationCandidate[] = [];
  const remarks: MigrationRemark[] = [];
  let version = '';
  for (const { key, folder, tokens } of workspacesOf(values, context)) {
    if (!(await holdsComfyui(folder, context))) {
      remarks.push(findingRemark('no-install', 'info', `${folder} holds no ComfyUI any more.`, { path: folder }));
      continue;
    }
    const described = await describeInstall(
      {
        key,
        name: key === 'default' ? 'ComfyUI' : 'ComfyUI (recent)',
        comfyuiFolder: folder,
        pythons: environmentPythons(joinPath(context.platform, folder, '.venv'), context),
        arguments: readArguments(tokens),
        workingFolder: folder,
      },
      context,
    );
    const port = described.candidate.port ?? (key === 'default' ? (background?.port ?? null) : null);
    candidates.push({ ...described.candidate, port, isActive: candidates.length === 0 });
    remarks.push(...described.remarks);
    version ||= described.version;
  }
  return seen(candidates, remarks, version);
};
