import type { MigrationRemark } from '#contract/models/migration.ts';
import { type EffectContext, factsOf } from '../apply/effect-context.ts';
import type { NextUndo } from './next-undo.ts';
import { takeBackBackup, takeBackCopy, takeBackFolder } from './take-back-files.ts';
import { takeBackActivate, takeBackCreate } from './take-back-instances.ts';
import { takeBackPort } from './take-back-port.ts';

/**
 * Takes an effect back as far as it happened, and says what stays and why. Each of these may be done again: an undo that is cut off
 * begins anew where it was.
 */
export const takeBack = async (
  { effect, facts }: Extract<NextUndo, { kind: 'take-back' }>,
  context: EffectContext,
): Promise<readonly MigrationRemark[]> => {
  switch (effect.type) {
    case 'check':
    case 'start':
    case 'verify':
      return [];
    case 'backup':
      return takeBackBackup(context);
    case 'make-folder':
      return takeBackFolder(effect, factsOf(facts, 'folders'), context);
    case 'copy':
      return takeBackCopy(effect, factsOf(facts, 'copy'), context);
    case 'create':
      return takeBackCreate(factsOf(facts, 'instance'), context);
    case 'activate':
      return takeBackActivate(factsOf(facts, 'active'), context);
    case 'take-over':
      return takeBackPort(factsOf(facts, 'port'), context);
  }
};
