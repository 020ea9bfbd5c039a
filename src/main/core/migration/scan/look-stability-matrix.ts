import type { MigrationCandidate, MigrationRemark } from '#contract/models/migration.ts';
import { isAbsolutePath, joinPath } from '../../instances/configuration/paths.ts';
import { isObject, type JsonObject } from '../../shared/json-object.ts';
import { settingsFolder } from './application-folders.ts';
import { describeInstall } from './describe-install.ts';
import { normalPath } from './foreign-path.ts';
import { listField, textField, textRecord } from './json-fields.ts';
import { keptEnvironment, readArguments } from './read-arguments.ts';
import { damagedFile, readJsonFile } from './read-file.ts';
import { environmentPythons, holdsComfyui } from './recognise-install.ts';
import { findingRemark, type ScanContext, type Sighting } from './scan-context.ts';

/** Its options as arguments: a switch that is on, a name with its value, or, without a name, a text of several. */
export const launchOptions = (
  options: readonly unknown[],
  splitArguments: (text: string) => readonly string[],
): readonly string[] =>
  options.filter(isObject).flatMap((option) => {
    const name = textField(option, 'Name');
    const value = option['OptionValue'];
    if (value === true) return splitArguments(name);
    if (typeof value === 'number') return name === '' ? [] : [name, String(value)];
    if (typeof value !== 'string' || value.trim() === '') return [];
    return name === '' ? splitArguments(value) : [name, value];
  });

const packageFolder = (record: JsonObject, library: string, context: ScanContext): string => {
  const { platform } = context;
  const relative = textField(record, 'LibraryPath') || textField(record, 'Path');
  if (relative === '') return '';
  const separators = platform === 'win32' ? relative : relative.replaceAll('\\', '/');
  return isAbsolutePath(separators, platform)
    ? normalPath(separators, platform)
    : normalPath(joinPath(platform, library, separators), platform);
};

/** The libraries that may be there: the one in its own settings, and the places where its portable mode puts one. */
const libraries = async (context: ScanContext): Promise<{ folders: readonly string[]; remarks: MigrationRemark[] }> => {
  const { platform, home } = context;
  const own = joinPath(platform, settingsFolder(context), 'StabilityMatrix');
  const file = joinPath(platform, own, 'library.json');
  const look = await readJsonFile(file, context);
  const remarks = look.kind === 'remark' ? [look.remark] : [];
  if (look.kind === 'read' && !isObject(look.content)) remarks.push(damagedFile(file));
  const named = look.kind === 'read' && isObject(look.content) ? textField(look.content, 'LibraryPath') : '';
  const usual = [joinPath(platform, home, 'StabilityMatrix', 'Data'), joinPath(platform, home, 'StabilityMatrix'), own];
  return { folders: [...new Set([...(named === '' ? [] : [normalPath(named, platform)]), ...usual])], remarks };
};

/** The ComfyUIs of a StabilityMatrix library, with its shared models; null where the folder is none. */
export const lookAtLibrary = async (library: string, context: ScanContext): Promise<Sighting | null> => {
  const { platform } = context;
  const file = joinPath(platform, library, 'settings.json');
  const look = await readJsonFile(file, context);
  if (look.kind === 'missing') return null;
  const remarks: MigrationRemark[] = [];
  const candidates: MigrationCandidate[] = [];
  let version = '';
  const seen = (): Sighting => ({
    kind: 'stability-matrix',
    title: 'StabilityMatrix',
    location: library,
    version,
    candidates,
    remarks,
  });
  if (look.kind === 'remark') {
    remarks.push(look.remark);
    return seen();
  }
  // Many programs have a settings.json; only this one lists packages in it.
  if (!isObject(look.content) || !Array.isArray(look.content['InstalledPackages'])) return null;
  const settings = look.content;
  const active = textField(settings, 'ActiveInstalledPackage');
  for (const record of listField(settings, 'InstalledPackages').filter(isObject).slice(0, 100)) {
    if (!/^comfyui/iu.test(textField(record, 'PackageName'))) continue;
    const folder = packageFolder(record, library, context);
    const name = textField(record, 'DisplayName') || 'ComfyUI';
    if (folder === '' || !(await holdsComfyui(folder, context))) {
      remarks.push(findingRemark('no-install', 'info', `${name}: ${folder} holds no ComfyUI.`, { path: folder, name }));
      continue;
    }
    const described = await describeInstall(
      {
        key: textField(record, 'Id') || name,
        name,
        comfyuiFolder: folder,
        pythons: environmentPythons(joinPath(platform, folder, 'venv'), context),
        arguments: readArguments(launchOptions(listField(record, 'LaunchArgs'), context.splitArguments)),
        workingFolder: folder,
        environmentVariables: keptEnvironment(textRecord(settings['EnvironmentVariables'])),
      },
      context,
    );
    candidates.push({ ...described.candidate, isActive: active !== '' && textField(record, 'Id') === active });
    remarks.push(...described.remarks);
    version ||= described.version;
  }
  return seen();
};

/** StabilityMatrix on this machine; null where it was never used. */
export const lookAtStabilityMatrix = async (context: ScanContext): Promise<Sighting | null> => {
  const { folders, remarks } = await libraries(context);
  for (const library of folders) {
    const seen = await lookAtLibrary(library, context);
    if (seen !== null) return { ...seen, remarks: [...remarks, ...seen.remarks] };
  }
  if (remarks.length === 0) return null;
  return {
    kind: 'stability-matrix',
    title: 'StabilityMatrix',
    location: folders[0] ?? '',
    version: '',
    candidates: [],
    remarks,
  };
};
