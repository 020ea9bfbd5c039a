import type { MigrationRemark } from '#contract/models/migration.ts';
import { instanceFolders } from '../../instances/configuration/instance-folders.ts';
import { documentsKeptAs } from '../apply/backup-effect.ts';
import type { EffectContext, EffectOf, FactsOf } from '../apply/effect-context.ts';
import { isBelow } from '../apply/effects.ts';
import { maxNamesInRemark, remark, someOf } from '../remark.ts';

/** Whether a path is in the own folder of an instance of the run: what stays of that is told, and set aside, as a whole. */
const isInInstanceRoot = (path: string, { effects, dependencies }: EffectContext): boolean =>
  effects.some(
    (effect) => effect.type === 'make-folder' && effect.isInstanceRoot && isBelow(path, effect.path, dependencies.site),
  );

/** By now the instances of the run are gone: one that is there has got the id, and with it the folder, since. */
const isInUse = (path: string, { dependencies }: EffectContext): boolean => {
  const { fleet, site } = dependencies;
  return fleet.list().some(({ configuration }) => {
    if (configuration.kind === 'remote') return false;
    const { root } = instanceFolders(configuration, site.dataFolder, site.platform);
    return path === root || isBelow(path, root, site);
  });
};

const inUse = (path: string): readonly MigrationRemark[] => [
  remark('info', 'folder-kept', 'A folder is used by another instance by now and stays.', {
    folder: path,
    ...someOf([]),
  }),
];

const freeName = async (wanted: string, { dependencies }: EffectContext): Promise<string> => {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if ((await dependencies.files.place(name)) === 'missing') return name;
  }
};

/** Removes the folders that were missing before, the deepest first, as far as they are empty. */
export const takeBackFolder = async (
  { path, isInstanceRoot }: EffectOf<'make-folder'>,
  { missing, aside }: FactsOf<'folders'>,
  context: EffectContext,
): Promise<readonly MigrationRemark[]> => {
  const { files } = context.dependencies;
  // A folder that was there before belongs to somebody else, with all that is in it.
  if (!missing.includes(path)) return [];
  if (isInUse(path, context)) return isInstanceRoot ? inUse(path) : [];
  const wasSetAside = aside !== null && (await files.place(aside)) !== 'missing';
  // The earlier folder was not moved away: it is what stands there.
  if (aside !== null && !wasSetAside) return [];
  if (isInstanceRoot) await files.removeGenerated(path);
  for (const folder of missing.toReversed()) await files.removeEmptyFolder(folder);
  const isGone = (await files.place(path)) === 'missing';
  const names = isGone ? [] : await files.listing(path, maxNamesInRemark + 1);
  const keptAs = isGone || aside === null ? path : await freeName(`${path}.kept-${context.begun.runId}`, context);
  if (keptAs !== path) await files.rename(path, keptAs);
  if (aside !== null) await files.rename(aside, path);
  if (isGone || isInInstanceRoot(path, context)) return [];
  const message = 'A folder is not empty any more and stays.';
  return [remark('info', 'folder-kept', message, { folder: keptAs, ...someOf(names) })];
};

export const takeBackCopy = async (
  { index }: EffectOf<'copy'>,
  { from, to, targetExisted }: FactsOf<'copy'>,
  context: EffectContext,
): Promise<readonly MigrationRemark[]> => {
  const { dependencies, begun } = context;
  if (isInUse(to, context)) return [];
  const { kept } = await dependencies.files.removeCopy({ runId: begun.runId, index, from, to, targetExisted });
  return kept.length === 0 || isInInstanceRoot(to, context)
    ? []
    : [remark('info', 'files-kept', 'Copies that were changed or added since stay.', { folder: to, ...someOf(kept) })];
};

const documentNames: Readonly<Record<string, string>> = { fleet: 'instances', settings: 'settings' };

/** By now every change of the run is taken back; where nothing else was changed, the documents are put back byte for byte. */
export const takeBackBackup = async ({ dependencies, begun }: EffectContext): Promise<readonly MigrationRemark[]> => {
  const captured = await dependencies.journals.kept(begun.runId, documentsKeptAs);
  if (captured === null) return [];
  const { differing } = await dependencies.documents.putBack(captured);
  return differing.map((name) => {
    const document = documentNames[name] ?? name;
    return remark('info', 'changes-kept', 'What you changed since stays.', { document, reason: document });
  });
};
