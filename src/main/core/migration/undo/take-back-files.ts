import type { MigrationRemark } from '#contract/models/migration.ts';
import { documentsKeptAs } from '../apply/backup-effect.ts';
import type { EffectContext, EffectOf, FactsOf } from '../apply/effect-context.ts';
import { maxNamesInRemark, remark, someOf } from '../remark.ts';

/** Whether a path is in the own folder of an instance of the run: what stays of that is told, and set aside, as a whole. */
const isInInstanceRoot = (path: string, { effects, dependencies }: EffectContext): boolean => {
  const separator = dependencies.site.platform === 'win32' ? '\\' : '/';
  return effects.some(
    (effect) => effect.type === 'make-folder' && effect.isInstanceRoot && path.startsWith(effect.path + separator),
  );
};

/** Removes the folders that were missing before, the deepest first, as far as they are empty. */
export const takeBackFolder = async (
  { path, isInstanceRoot }: EffectOf<'make-folder'>,
  { missing }: FactsOf<'folders'>,
  context: EffectContext,
): Promise<readonly MigrationRemark[]> => {
  const { dependencies, begun } = context;
  const { files } = dependencies;
  // A folder that was there before belongs to somebody else, with all that is in it.
  if (!missing.includes(path)) return [];
  if (isInstanceRoot) await files.removeGenerated(path);
  let isGone = true;
  for (const folder of missing.toReversed()) {
    const outcome = await files.removeEmptyFolder(folder);
    if (folder === path) isGone = outcome === 'gone';
  }
  if (isGone || isInInstanceRoot(path, context)) return [];
  const names = await files.listing(path, maxNamesInRemark + 1);
  if (!isInstanceRoot) {
    return [
      remark('info', 'folder-kept', 'A folder is not empty any more and stays.', { folder: path, ...someOf(names) }),
    ];
  }
  // Its name is given free, so that the same migration can be made again.
  const aside = await files.setAside(path, begun.runId);
  return [
    remark('info', 'files-set-aside', 'What was written since into the folder of an instance was set aside.', {
      folder: path,
      keptAs: aside,
      ...someOf(names),
    }),
  ];
};

export const takeBackCopy = async (
  { index }: EffectOf<'copy'>,
  { from, to, targetExisted }: FactsOf<'copy'>,
  context: EffectContext,
): Promise<readonly MigrationRemark[]> => {
  const { dependencies, begun } = context;
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
  return differing.map((name) =>
    remark('info', 'changes-kept', 'What you changed since stays.', { document: documentNames[name] ?? name }),
  );
};
