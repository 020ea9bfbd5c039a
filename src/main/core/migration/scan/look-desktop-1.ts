import type { MigrationCandidate, MigrationRemark } from '#contract/models/migration.ts';
import { joinPath } from '../../instances/configuration/paths.ts';
import { isObject } from '../../shared/json-object.ts';
import { localProgramsFolder, settingsFolder } from './application-folders.ts';
import { describeInstall } from './describe-install.ts';
import { resolvePath } from './foreign-path.ts';
import { textField, textRecord } from './json-fields.ts';
import { readArguments } from './read-arguments.ts';
import { damagedFile, readJsonFile, readYamlFile } from './read-file.ts';
import { environmentPythons, holdsComfyui } from './recognise-install.ts';
import { findingRemark, type ScanContext, type Sighting } from './scan-context.ts';

/** Comfy Desktop 1 starts its server here when nobody says otherwise. */
const defaultPort = 8000;

/** Where the application keeps its copy of ComfyUI, by system; a user may have installed it elsewhere. */
const programFolders = (context: ScanContext): readonly string[] => {
  const { platform, home } = context;
  const at = (...parts: string[]): string =>
    joinPath(platform, parts[0] ?? '', ...parts.slice(1), 'resources', 'ComfyUI');
  if (platform === 'win32') {
    const programs = localProgramsFolder(context);
    return [at(programs, '@comfyorgcomfyui-electron'), at(programs, 'ComfyUI'), at(programs, 'comfyui-electron')];
  }
  if (platform === 'darwin') {
    return ['/Applications', joinPath(platform, home, 'Applications')].map((folder) =>
      joinPath(platform, folder, 'ComfyUI.app', 'Contents', 'Resources', 'ComfyUI'),
    );
  }
  return [at('/opt', 'ComfyUI'), at(home, 'opt', 'ComfyUI'), at(home, '.local', 'opt', 'ComfyUI')];
};

/** The base folder: of config.json, else, for older versions, of the search paths file. */
const baseFolderOf = async (
  configFolder: string,
  context: ScanContext,
): Promise<{ base: string; wasThere: boolean; remarks: MigrationRemark[] }> => {
  const { platform } = context;
  const remarks: MigrationRemark[] = [];
  const configFile = joinPath(platform, configFolder, 'config.json');
  const config = await readJsonFile(configFile, context);
  if (config.kind === 'remark') remarks.push(config.remark);
  if (config.kind === 'read' && !isObject(config.content)) remarks.push(damagedFile(configFile));
  const named = config.kind === 'read' && isObject(config.content) ? textField(config.content, 'basePath') : '';
  if (named !== '') return { base: resolvePath(configFolder, named, platform), wasThere: true, remarks };
  const pathsFile = joinPath(platform, configFolder, 'extra_models_config.yaml');
  const paths = await readYamlFile(pathsFile, context);
  if (paths.kind === 'remark') remarks.push(paths.remark);
  const sections = paths.kind === 'read' && isObject(paths.content) ? paths.content : {};
  for (const name of ['comfyui_desktop', 'comfyui']) {
    const section = sections[name];
    const base = isObject(section) ? textField(section, 'base_path') : '';
    if (base !== '') return { base: resolvePath(configFolder, base, platform), wasThere: true, remarks };
  }
  return { base: '', wasThere: config.kind !== 'missing' || paths.kind !== 'missing', remarks };
};

/** `{ "preview-method": "auto", "lowvram": "" }` of its settings as arguments. */
export const launchArgumentsOf = (settings: unknown): readonly string[] => {
  const given = isObject(settings) ? textRecord(settings['Comfy.Server.LaunchArgs']) : {};
  return Object.entries(given).flatMap(([name, value]) => {
    if (!/^[A-Za-z][\w-]*$/u.test(name) || value === 'false') return [];
    return value === '' || value === 'true' ? [`--${name}`] : [`--${name}`, value];
  });
};

/** Comfy Desktop 1: the program in the application, everything else in a base folder; null where it was never set up. */
export const lookAtDesktop1 = async (context: ScanContext): Promise<Sighting | null> => {
  const { platform, reader } = context;
  const configFolder = joinPath(platform, settingsFolder(context), 'ComfyUI');
  const { base, wasThere, remarks } = await baseFolderOf(configFolder, context);
  if (!wasThere) return null;
  const seen = (candidates: MigrationCandidate[], more: readonly MigrationRemark[], version = ''): Sighting => ({
    kind: 'desktop-1',
    title: 'Comfy Desktop',
    location: base || configFolder,
    version,
    candidates,
    remarks: [...remarks, ...more],
  });
  if (base === '') return seen([], []);
  if ((await reader.kind(base)) !== 'folder') {
    return seen(
      [],
      [findingRemark('missing-folder', 'warning', `${base} is not there.`, { path: base, role: 'base' })],
    );
  }
  const programs = await Promise.all(
    [...programFolders(context), base].map(async (folder) => ((await holdsComfyui(folder, context)) ? folder : '')),
  );
  const program = programs.find((folder) => folder !== '') ?? '';
  const settings = await readJsonFile(joinPath(platform, base, 'user', 'default', 'comfy.settings.json'), context);
  const frontEnd = joinPath(platform, program, 'web_custom_versions', 'desktop_app');
  const hasFrontEnd = program !== '' && (await reader.kind(frontEnd)) === 'folder';
  const given = readArguments([
    ...launchArgumentsOf(settings.kind === 'read' ? settings.content : null),
    ...(hasFrontEnd ? ['--front-end-root', frontEnd] : []),
    '--extra-model-paths-config',
    joinPath(platform, configFolder, 'extra_models_config.yaml'),
  ]);
  const described = await describeInstall(
    {
      key: 'desktop',
      name: 'Comfy Desktop',
      comfyuiFolder: program,
      pythons: environmentPythons(joinPath(platform, base, '.venv'), context),
      arguments: { ...given, port: given.port ?? defaultPort },
      workingFolder: base,
      folders: { base },
    },
    context,
  );
  const noProgram =
    program === ''
      ? [
          findingRemark('no-install', 'warning', 'The program of Comfy Desktop was not found; its folders were.', {
            path: base,
          }),
        ]
      : [];
  return seen([{ ...described.candidate, isActive: true }], [...noProgram, ...described.remarks], described.version);
};
