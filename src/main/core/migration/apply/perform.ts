import type { EffectFacts } from '#core/ports/migration-journal.ts';
import { carryOutVerify } from '../verify/verify-effect.ts';
import { carryOutBackup } from './backup-effect.ts';
import { carryOutCheck } from './check-effect.ts';
import { type EffectContext, type EffectResult, factsOf } from './effect-context.ts';
import type { Effect } from './effects.ts';
import { carryOutCopy, carryOutFolder, prepareCopy, prepareFolder } from './file-effects.ts';
import { carryOutActivate, carryOutCreate, carryOutStart, prepareActivate, prepareCreate } from './instance-effects.ts';
import { carryOutPort, preparePort } from './port-effects.ts';

/** Looks at what an effect is going to change; changes nothing. */
export const prepare = async (effect: Effect, context: EffectContext): Promise<EffectFacts> => {
  switch (effect.type) {
    case 'make-folder':
      return prepareFolder(effect, context);
    case 'copy':
      return prepareCopy(effect, context);
    case 'create':
      return prepareCreate(effect, context);
    case 'activate':
      return prepareActivate(effect, context);
    case 'take-over':
      return preparePort(effect, context);
    case 'check':
    case 'backup':
    case 'start':
    case 'verify':
      return { kind: 'none' };
  }
};

/** Carries out an effect, or the rest of it where an earlier try was cut off. */
export const carryOut = async (effect: Effect, facts: EffectFacts, context: EffectContext): Promise<EffectResult> => {
  switch (effect.type) {
    case 'check':
      return carryOutCheck(context);
    case 'backup':
      return carryOutBackup(context);
    case 'make-folder':
      return carryOutFolder(effect, factsOf(facts, 'folders'), context);
    case 'copy':
      return carryOutCopy(effect, factsOf(facts, 'copy'), context);
    case 'create':
      return carryOutCreate(effect, factsOf(facts, 'instance'), context);
    case 'activate':
      return carryOutActivate(factsOf(facts, 'active'), context);
    case 'take-over':
      return carryOutPort(factsOf(facts, 'port'), context);
    case 'start':
      return carryOutStart(effect, context);
    case 'verify':
      return carryOutVerify(effect, context);
  }
};
