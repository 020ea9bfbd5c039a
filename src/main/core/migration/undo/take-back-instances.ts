import { StudioError } from '#contract/errors.ts';
import type { MigrationRemark } from '#contract/models/migration.ts';
import type { EffectContext, FactsOf } from '../apply/effect-context.ts';
import { remark } from '../remark.ts';

/** Stops and forgets the instance, unless another one has got its id since. */
export const takeBackCreate = async (
  { configuration }: FactsOf<'instance'>,
  { dependencies }: EffectContext,
): Promise<readonly MigrationRemark[]> => {
  const { fleet } = dependencies;
  const { id, name, createdAt } = configuration;
  const present = fleet.list().find((view) => view.configuration.id === id)?.configuration;
  if (present === undefined) return [];
  if (present.createdAt !== createdAt) {
    return [
      remark('info', 'instance-kept', 'Another instance has this id by now and stays.', {
        instanceId: id,
        name: present.name,
      }),
    ];
  }
  try {
    await fleet.remove(id);
  } catch (error) {
    // Somebody else deleted it at the same time.
    if (!(error instanceof StudioError) || error.code !== 'INSTANCE_NOT_FOUND') throw error;
  }
  return JSON.stringify(present) === JSON.stringify(configuration)
    ? []
    : [
        remark('info', 'changed-instance-removed', 'An instance that you changed since was removed.', {
          instanceId: id,
          name,
        }),
      ];
};

/** The active instance is the one before, unless the user chose another one since. */
export const takeBackActivate = async (
  { before, after }: FactsOf<'active'>,
  { dependencies }: EffectContext,
): Promise<readonly MigrationRemark[]> => {
  const { fleet } = dependencies;
  const present = fleet.activeInstanceId();
  if (present === before) return [];
  const isThere = (instanceId: string): boolean =>
    fleet.list().some(({ configuration }) => configuration.id === instanceId);
  // It may have been deleted in the meantime, or been changed by the user: null is what is left of `after` then.
  if (present !== null && present !== after) {
    return [remark('info', 'active-kept', 'The active instance that you chose since stays.', { instanceId: present })];
  }
  if (present === null && isThere(after)) {
    return [
      remark('info', 'active-kept', 'That no instance is active, as you chose since, stays.', { instanceId: null }),
    ];
  }
  if (before !== null && !isThere(before)) {
    await fleet.setActive(null);
    return [
      remark('info', 'active-gone', 'The instance that was active before was deleted since.', { instanceId: before }),
    ];
  }
  await fleet.setActive(before);
  return [];
};
