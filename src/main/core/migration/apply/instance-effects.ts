import { StudioError } from '#contract/errors.ts';
import type { MigrationRemark } from '#contract/models/migration.ts';
import { remark } from '../remark.ts';
import {
  done,
  doneWith,
  type EffectContext,
  type EffectOf,
  type EffectResult,
  type FactsOf,
} from './effect-context.ts';

export const prepareCreate = (
  { instance }: EffectOf<'create'>,
  { dependencies }: EffectContext,
): FactsOf<'instance'> => ({ kind: 'instance', configuration: dependencies.complete(instance.draft) });

/** Enough to see what is wrong; the form of the instance lists all. */
const maxProblems = 20;

/** An old argument that this ComfyUI does not know, a GPU that is gone: the instance is made all the same, and mended by the user. */
const problemRemarks = async (
  { draft }: EffectOf<'create'>['instance'],
  { dependencies }: EffectContext,
): Promise<readonly MigrationRemark[]> => {
  const problems = await dependencies.problemsOf(draft);
  if (problems.length === 0) return [];
  return [
    remark('warning', 'instance-has-problems', 'The instance will not start before something of it is changed.', {
      instanceId: draft.id,
      name: draft.name,
      problems: problems.slice(0, maxProblems),
      count: problems.length,
    }),
  ];
};

/** The instance is in the fleet; a try before this one may have put it there. */
export const carryOutCreate = async (
  { instance }: EffectOf<'create'>,
  { configuration }: FactsOf<'instance'>,
  context: EffectContext,
): Promise<EffectResult> => {
  const { dependencies, begun } = context;
  const { fleet, findPlan } = dependencies;
  const present = fleet.list().find((view) => view.configuration.id === configuration.id);
  if (present !== undefined) {
    if (present.configuration.createdAt === configuration.createdAt) return done;
    throw new StudioError('INSTANCE_INVALID', 'There is an instance with this id.', { details: { field: 'id' } });
  }
  const wantsSecret = instance.secret !== 'none';
  const secret = wantsSecret ? ((await (await findPlan(begun.plan.id))?.secretOf(configuration.id)) ?? null) : null;
  const remarks = await problemRemarks(instance, context);
  await fleet.create(configuration, secret ?? undefined);
  if (!wantsSecret || secret !== null) return doneWith(remarks);
  return doneWith([
    ...remarks,
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
