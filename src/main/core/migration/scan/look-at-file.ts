import type { MigrationRemark } from '#contract/models/migration.ts';
import { joinPath, parentPath } from '../../instances/configuration/paths.ts';
import { isObject } from '../../shared/json-object.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { lastPart } from './last-part.ts';
import { lookAtVariables } from './look-environment.ts';
import { instancesSighting, readInstancesConfig, readInstancesJson } from './look-instances-file.ts';
import { readServersFile } from './look-servers-file.ts';
import { damagedFile, readJsonFile, readTextFile } from './read-file.ts';
import { holdsComfyui } from './recognise-install.ts';
import { findingRemark, type ScanContext, type Sighting } from './scan-context.ts';

const withRemark = (file: string, remark: MigrationRemark): Sighting => ({
  kind: 'instances-file',
  title: lastPart(file),
  location: file,
  version: '',
  candidates: [],
  remarks: [remark],
});

/** Where the ComfyUI of an instances.json usually is (000-H2): beside the file, or in the workspace. */
const homeOf = async (file: string, context: ScanContext): Promise<string> => {
  const { platform } = context;
  const folder = parentPath(file, platform);
  const places = [folder, '/workspace'].flatMap((root) =>
    ['ComfyUI-comm', 'ComfyUI'].map((name) => joinPath(platform, root, name)),
  );
  for (const place of [folder, ...places]) if (await holdsComfyui(place, context)) return place;
  return '';
};

/** Entries of document 000 are started with arguments; those of document 002 have a GPU, a host or variables. */
const isDocument002 = (entries: readonly unknown[]): boolean =>
  entries.some(
    (entry) => isObject(entry) && typeof entry['id'] === 'string' && !('extra_args' in entry) && !('enabled' in entry),
  );

const readDocument = async (file: string, content: unknown, context: ScanContext): Promise<Sighting> => {
  if (!isObject(content)) return withRemark(file, damagedFile(file));
  if ('servers' in content) return readServersFile(content, file);
  const entries = content['instances'];
  if (!Array.isArray(entries)) {
    return withRemark(
      file,
      findingRemark('no-install', 'warning', `${file} lists no instances and no servers.`, { path: file }),
    );
  }
  if (isDocument002(entries)) {
    return instancesSighting('instances-file', lastPart(file), file, await readInstancesConfig(content, file, context));
  }
  const home = { comfyuiFolder: await homeOf(file, context) };
  return instancesSighting(
    'instances-file',
    lastPart(file),
    file,
    await readInstancesJson(content, file, home, context),
  );
};

/** What a file describes: `instances.json` of document 000, the configuration or the servers of document 002, or variables. */
export const lookAtFile = async (file: string, context: ScanContext, mustExist: boolean): Promise<Sighting | null> => {
  if (/(?:^|[/\\.])env$/u.test(file)) {
    const text = await readTextFile(file, context);
    if (text.kind === 'remark') return withRemark(file, text.remark);
    if (text.kind === 'read') {
      const variables = readEnvironmentFile(text.content);
      const seen = await lookAtVariables((name) => variables.get(name), file, context);
      if (seen !== null || !mustExist) return seen;
      const message = `${file} names no COMFYUI_INSTANCES.`;
      return withRemark(file, findingRemark('no-install', 'warning', message, { path: file }));
    }
  }
  const look = await readJsonFile(file, context);
  if (look.kind === 'read') return readDocument(file, look.content, context);
  if (look.kind === 'remark') return withRemark(file, look.remark);
  if (!mustExist) return null;
  return withRemark(
    file,
    findingRemark('unreadable-file', 'warning', `${file} is not there.`, { path: file, reason: 'ENOENT' }),
  );
};
