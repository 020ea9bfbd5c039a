import { done, type EffectContext, type EffectResult } from './effect-context.ts';

/** Under which name the documents of the studio are kept beside the journal. */
export const documentsKeptAs = 'documents.json';

/** Keeps the studio's own documents as they are. A copy of an earlier try stands: it is the older one. */
export const carryOutBackup = async ({ dependencies, begun }: EffectContext): Promise<EffectResult> => {
  const { journals, documents } = dependencies;
  if ((await journals.kept(begun.runId, documentsKeptAs)) === null) {
    await journals.keep(begun.runId, documentsKeptAs, await documents.capture());
  }
  return done;
};
