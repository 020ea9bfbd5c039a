import { joinPath } from '../../instances/configuration/paths.ts';
import { lastPart } from './last-part.ts';
import { lookAtFile } from './look-at-file.ts';
import { lookAtDockerMulti, lookAtDockerSingle } from './look-docker.ts';
import { lookAtDockerEnvironments } from './look-docker-environments.ts';
import { lookAtInstall } from './look-install.ts';
import { lookAtLibrary } from './look-stability-matrix.ts';
import { findingRemark, type ScanContext, type Sighting } from './scan-context.ts';

/** What a folder is, by the first reading that fits: layouts of several instances hold installs, so they come first. */
export const recogniseFolder = async (folder: string, context: ScanContext): Promise<Sighting | null> => {
  const readings = [lookAtDockerEnvironments, lookAtLibrary, lookAtInstall, lookAtDockerMulti];
  for (const reading of readings) {
    const seen = await reading(folder, context);
    if (seen !== null) return seen;
  }
  const listed = await lookAtFile(joinPath(context.platform, folder, 'instances.json'), context, false);
  if (listed !== null && listed.candidates.length > 0) return listed;
  const variables = await lookAtFile(joinPath(context.platform, folder, '.env'), context, false);
  if (variables !== null && variables.candidates.length > 0) return variables;
  return lookAtDockerSingle(folder, context);
};

/** How far below a folder that a person points at is searched, and how many folders at most. */
const deepest = 4;
const mostFolders = 400;

const passedOver = new Set([
  'node_modules',
  'venv',
  '.venv',
  'env',
  'models',
  'custom_nodes',
  'output',
  'input',
  'site-packages',
]);

/** Searches below a folder, level by level, and not below what it recognises. Links are not followed, so no circle is walked. */
const searchBelow = async (
  root: string,
  context: ScanContext,
): Promise<{ seen: readonly Sighting[]; cutOff: boolean }> => {
  const seen: Sighting[] = [];
  let level: readonly string[] = [root];
  let visited = 0;
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const folder of level) {
      const listing = await context.reader.list(folder);
      if (listing.kind !== 'folder') continue;
      for (const { name, kind, isLink } of listing.entries) {
        if (kind !== 'folder' || isLink || name.startsWith('.') || passedOver.has(name)) continue;
        visited += 1;
        if (visited > mostFolders) return { seen, cutOff: true };
        const child = joinPath(context.platform, folder, name);
        const found = await recogniseFolder(child, context);
        if (found === null) next.push(child);
        else seen.push(found);
      }
    }
    level = next;
  }
  return { seen, cutOff: false };
};

/** A folder that a person points at: what it is, else what is in it, else a finding that says there is nothing. */
export const lookAtPointedFolder = async (folder: string, context: ScanContext): Promise<readonly Sighting[]> => {
  const nothing = (
    code: 'no-install' | 'missing-folder' | 'unreadable-folder' | 'cut-off',
    message: string,
  ): Sighting => ({
    kind: 'folder',
    title: lastPart(folder),
    location: folder,
    version: '',
    candidates: [],
    remarks: [findingRemark(code, 'warning', message, { path: folder })],
  });
  const kind = await context.reader.kind(folder);
  if (kind === 'missing') return [nothing('missing-folder', `${folder} is not there.`)];
  if (kind === 'file') {
    const seen = await lookAtFile(folder, context, true);
    return seen === null ? [nothing('no-install', `${folder} describes no ComfyUI.`)] : [seen];
  }
  if (kind === 'unreadable') return [nothing('unreadable-folder', `${folder} cannot be read.`)];
  const own = await recogniseFolder(folder, context);
  if (own !== null) return [own];
  const { seen, cutOff } = await searchBelow(folder, context);
  if (cutOff) return [...seen, nothing('cut-off', `${folder} holds too many folders to look at all of them.`)];
  return seen.length > 0 ? seen : [nothing('no-install', `No ComfyUI was found in ${folder}.`)];
};
