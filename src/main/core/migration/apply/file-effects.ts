import type { MigrationRemark } from '#contract/models/migration.ts';
import type { CopyReport } from '#core/ports/migration.ts';
import { remark, someOf } from '../remark.ts';
import {
  done,
  doneWith,
  type EffectContext,
  type EffectOf,
  type EffectResult,
  type FactsOf,
} from './effect-context.ts';

/** What an instance of this id has left when it was deleted is nobody's by now, but it was the user's. */
export const prepareFolder = async (
  { path, isInstanceRoot }: EffectOf<'make-folder'>,
  { dependencies, begun }: EffectContext,
): Promise<FactsOf<'folders'>> => {
  const { files } = dependencies;
  const isLeftOver = isInstanceRoot && (await files.place(path)) === 'folder';
  return isLeftOver
    ? { kind: 'folders', missing: [path], aside: `${path}.earlier-${begun.runId}` }
    : { kind: 'folders', missing: await files.missingFolders(path), aside: null };
};

export const carryOutFolder = async (
  { path }: EffectOf<'make-folder'>,
  { missing, aside }: FactsOf<'folders'>,
  { dependencies }: EffectContext,
): Promise<EffectResult> => {
  const { files } = dependencies;
  if (aside !== null && (await files.place(aside)) === 'missing') await files.rename(path, aside);
  await files.makeFolders(missing);
  return aside === null
    ? done
    : doneWith([
        remark('info', 'earlier-files-set-aside', 'Files of an earlier instance of this name were set aside.', {
          folder: path,
          keptAs: aside,
        }),
      ]);
};

export const prepareCopy = async (
  { from, to }: EffectOf<'copy'>,
  { dependencies }: EffectContext,
): Promise<FactsOf<'copy'>> => ({
  kind: 'copy',
  from,
  to,
  targetExisted: (await dependencies.files.place(to)) !== 'missing',
});

const texts = {
  unreadable: 'could not be read and were not copied',
  vanished: 'were gone before they could be copied',
  special: 'are no files (sockets, pipes, devices) and were not copied',
  'name-clash': 'have names that are one and the same where they were copied to, and were not copied',
  'still-changing': 'were written to while they were copied; their copies may be half old, half new',
} as const;

const remarksOf = ({ skipped }: CopyReport, from: string): readonly MigrationRemark[] =>
  [...Map.groupBy(skipped, ({ reason }) => reason)].map(([reason, paths]) =>
    remark('warning', `copy-${reason}`, `Some paths ${texts[reason]}.`, {
      folder: from,
      ...someOf(paths.map(({ path }) => path)),
    }),
  );

export const carryOutCopy = async (
  { index }: EffectOf<'copy'>,
  { from, to }: FactsOf<'copy'>,
  { dependencies, begun, signal, onProgress }: EffectContext,
): Promise<EffectResult> => {
  const report = await dependencies.files.copy({ runId: begun.runId, index, from, to }, { onProgress, signal });
  return doneWith(remarksOf(report, from));
};
