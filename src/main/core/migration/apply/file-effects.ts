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

export const prepareFolder = async (
  { path }: EffectOf<'make-folder'>,
  { dependencies }: EffectContext,
): Promise<FactsOf<'folders'>> => ({ kind: 'folders', missing: await dependencies.files.missingFolders(path) });

export const carryOutFolder = async (
  { missing }: FactsOf<'folders'>,
  { dependencies }: EffectContext,
): Promise<EffectResult> => {
  await dependencies.files.makeFolders(missing);
  return done;
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
