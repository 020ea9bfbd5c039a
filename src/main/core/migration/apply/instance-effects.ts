import { StudioError } from '#contract/errors.ts';
import { remark } from '../remark.ts';
import {
  done,
  doneWith,
  type EffectContext,
  type EffectOf,
  type EffectResult,
  type FactsOf,
} from './effect-context.ts';

export const prepareCreate = async (
  { instance }: EffectOf<'create'>,
  { dependencies }: EffectContext,
): Promise<FactsOf<'instance'>> => ({ kind: 'instance', configuration: await dependencies.accept(instance.draft) });

/** The instance is in the fleet; a try before this one may have put it there. */
export const carryOutCreate = async (
  { instance }: EffectOf<'create'>,
  { configuration }: FactsOf<'instance'>,
  { dependencies, begun }: EffectContext,
): Promise<EffectResult> => {
  const { fleet, findPlan } = dependencies;
  const present = fleet.list().find((view) => view.configuration.id === configuration.id);
  if (present !== undefined) {
    if (present.configuration.createdAt === configuration.createdAt) return done;
    throw new StudioError('INSTANCE_INVALID', 'There is an instance with this id.', { details: { field: 'id' } });
  }
  const wantsSecret = instance.secret !== 'none';
  const secret = wantsSecret ? ((await (await findPlan(begun.plan.id))?.secretOf(configuration.id)) ?? null) : null;
  await fleet.create(configuration, secret ?? undefined);
  if (!wantsSecret || secret !== null) return done;
  return doneWith([
    remark('warning', 'secret-missing', 'The token or password of this instance has to be typed in.', {
      instanceId: configuration.id,
      name: configuration.name,
    }),
  ]);
};

export const prepareActivate = (
  { instanceId }: EffectOf<'activate'>,
  { dependencies }: EffectContext,
): FactsOf<'active'> => ({
  kind: 'active',
  before: dependencies.fleet.activeInstanceId(),
  after: instanceId,
});

export const carryOutActivate = async (
  { after }: FactsOf<'active'>,
  { dependencies }: EffectContext,
): Promise<EffectResult> => {
  await dependencies.fleet.setActive(after);
  return done;
};

/** Answers when the start is accepted; how it goes is part of verifying. */
export const carryOutStart = ({ instanceId }: EffectOf<'start'>, { dependencies }: EffectContext): EffectResult => {
  dependencies.fleet.start(instanceId);
  return done;
};
