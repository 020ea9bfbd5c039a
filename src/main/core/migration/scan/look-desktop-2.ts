import type { MigrationCandidate, MigrationRemark } from '#contract/models/migration.ts';
import { joinPath, parentPath } from '../../instances/configuration/paths.ts';
import { isObject, type JsonObject } from '../../shared/json-object.ts';
import { dataFolder, settingsFolder } from './application-folders.ts';
import { describeInstall } from './describe-install.ts';
import { numberField, textField, textListField } from './json-fields.ts';
import { readArguments } from './read-arguments.ts';
import { damagedFile, readJsonFile } from './read-file.ts';
import { environmentPythons, holdsComfyui } from './recognise-install.ts';
import { remoteCandidate } from './remote-candidate.ts';
import { findingRemark, type ScanContext, type Sighting } from './scan-context.ts';

/** Folder names by version: in its package, packaged, and as its first releases were called. */
const applicationNames = ['comfyui-desktop-2', 'Comfy Desktop', 'comfyui-launcher'];
/** Servers in the cloud are not of this machine, and nobody means them by "what I have". */
const ignoredSources = new Set(['cloud']);
const unfinished = new Set(['installing', 'failed']);

interface SharedStorage {
  readonly models: readonly string[];
  readonly input: string;
  readonly output: string;
}

const sharedStorage = async (context: ScanContext): Promise<SharedStorage> => {
  for (const name of applicationNames) {
    const look = await readJsonFile(
      joinPath(context.platform, settingsFolder(context), name, 'settings.json'),
      context,
    );
    if (look.kind === 'read' && isObject(look.content)) {
      return {
        models: textListField(look.content, 'modelsDirs'),
        input: textField(look.content, 'inputDir'),
        output: textField(look.content, 'outputDir'),
      };
    }
  }
  return { models: [], input: '', output: '' };
};

/** The program of an install: in a folder of its own, or the install itself. */
const programOf = async (installPath: string, context: ScanContext): Promise<string> => {
  for (const folder of [joinPath(context.platform, installPath, 'ComfyUI'), installPath]) {
    if (await holdsComfyui(folder, context)) return folder;
  }
  return '';
};

const pythonsOf = (
  record: JsonObject,
  installPath: string,
  program: string,
  context: ScanContext,
): readonly string[] => {
  const { platform } = context;
  const venv = textField(record, 'venvPath');
  const standalone = joinPath(platform, installPath, 'standalone-env');
  return [
    ...(venv === '' ? [] : environmentPythons(venv, context)),
    ...environmentPythons(joinPath(platform, program, '.venv'), context),
    ...environmentPythons(standalone, context),
    joinPath(platform, installPath, 'python_embeded', 'python.exe'),
  ];
};

/** Its flags say "not" only where they are false; an older record has one flag for input and output. */
const isShared = (record: JsonObject, flag: string): boolean =>
  record[flag] !== false && record['useSharedInputOutput'] !== false && record['useSharedPaths'] !== false;

/** The search path files that it writes before a start: of all installs, and of one. */
const searchPathFiles = (record: JsonObject, listFile: string, { platform }: ScanContext): readonly string[] => {
  const folder = parentPath(listFile, platform);
  const id = textField(record, 'id');
  return [
    ...(record['useSharedModels'] === false ? [] : [joinPath(platform, folder, 'shared_model_paths.yaml')]),
    ...(/^[\w.-]{1,100}$/u.test(id) ? [joinPath(platform, folder, 'instance-model-paths', `${id}.yaml`)] : []),
  ];
};

const describeRecord = async (
  record: JsonObject,
  shared: SharedStorage,
  listFile: string,
  context: ScanContext,
): Promise<{ candidate: MigrationCandidate | null; version: string; remarks: readonly MigrationRemark[] }> => {
  const installPath = textField(record, 'installPath');
  const name = textField(record, 'name') || 'ComfyUI';
  const url = textField(record, 'remoteUrl');
  if (url !== '') return { candidate: remoteCandidate(textField(record, 'id'), name, url), version: '', remarks: [] };
  const program = installPath === '' ? '' : await programOf(installPath, context);
  if (program === '') {
    const remark = findingRemark('no-install', 'info', `${name}: ${installPath} holds no ComfyUI.`, {
      path: installPath,
      name,
    });
    return { candidate: null, version: '', remarks: [remark] };
  }
  const modelFiles = searchPathFiles(record, listFile, context);
  const input = isShared(record, 'useSharedInput') ? shared.input : textField(record, 'inputDir');
  const output = isShared(record, 'useSharedOutput') ? shared.output : textField(record, 'outputDir');
  const described = await describeInstall(
    {
      key: textField(record, 'id') || name,
      name,
      comfyuiFolder: program,
      pythons: pythonsOf(record, installPath, program, context),
      arguments: readArguments([
        ...context.splitArguments(textField(record, 'launchArgs')),
        ...modelFiles.flatMap((file) => ['--extra-model-paths-config', file]),
      ]),
      workingFolder: program,
      folders: { ...(input === '' ? {} : { input }), ...(output === '' ? {} : { output }) },
      modelFolders: [
        ...(record['useSharedModels'] === false ? [] : shared.models),
        ...textListField(record, 'modelDirs'),
      ],
    },
    context,
  );
  return described;
};

/** Comfy Desktop 2: every install of its list; null where it was never used. */
export const lookAtDesktop2 = async (context: ScanContext): Promise<Sighting | null> => {
  const { platform } = context;
  for (const root of new Set([dataFolder(context), settingsFolder(context)])) {
    for (const name of applicationNames) {
      const file = joinPath(platform, root, name, 'installations.json');
      const look = await readJsonFile(file, context);
      if (look.kind !== 'missing') return readInstallations(file, look, context);
    }
  }
  return null;
};

const readInstallations = async (
  file: string,
  look: Exclude<Awaited<ReturnType<typeof readJsonFile>>, { kind: 'missing' }>,
  context: ScanContext,
): Promise<Sighting> => {
  const seen = (candidates: MigrationCandidate[], remarks: MigrationRemark[], version = ''): Sighting => ({
    kind: 'desktop-2',
    title: 'Comfy Desktop 2',
    location: file,
    version,
    candidates,
    remarks,
  });
  if (look.kind === 'remark') return seen([], [look.remark]);
  if (!Array.isArray(look.content)) return seen([], [damagedFile(file)]);
  const shared = await sharedStorage(context);
  const records = look.content
    .filter(isObject)
    .filter(
      (record) => !ignoredSources.has(textField(record, 'sourceId')) && !unfinished.has(textField(record, 'status')),
    )
    .slice(0, 100);
  const described = await Promise.all(
    records.map(async (record) => ({
      ...(await describeRecord(record, shared, file, context)),
      lastLaunchedAt: numberField(record, 'lastLaunchedAt') ?? 0,
    })),
  );
  const latest = Math.max(0, ...described.map(({ lastLaunchedAt }) => lastLaunchedAt));
  const candidates = described.flatMap(({ candidate, lastLaunchedAt }) =>
    candidate === null ? [] : [{ ...candidate, isActive: latest > 0 && lastLaunchedAt === latest }],
  );
  const version = described.find(({ version: each }) => each !== '')?.version ?? '';
  return seen(
    candidates,
    described.flatMap(({ remarks }) => [...remarks]),
    version,
  );
};
