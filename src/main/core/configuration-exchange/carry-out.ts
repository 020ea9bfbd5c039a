import { StudioError } from '#contract/errors.ts';
import type { ExchangeFailure } from '#contract/models/configuration.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { Fleet } from '../instances/fleet-interface.ts';

export interface Step {
  readonly action: 'create' | 'update';
  readonly configuration: InstanceConfiguration;
}

export interface CarriedOut {
  readonly created: string[];
  readonly updated: string[];
  readonly restartNeeded: string[];
  readonly failed: ExchangeFailure[];
  readonly failedIds: ReadonlySet<string>;
}

/** What is told of a step that failed; anything unexpected is not for here. */
export const failureOf = (name: string, error: unknown): ExchangeFailure => {
  if (!(error instanceof StudioError)) throw error;
  return { name, code: error.code, message: error.message, details: { ...error.details } };
};

/** Stores configurations one after the other; one that fails does not keep the others from being stored. */
export const carryOut = async (
  fleet: Pick<Fleet, 'create' | 'update'>,
  steps: readonly Step[],
): Promise<CarriedOut> => {
  const created: string[] = [];
  const updated: string[] = [];
  const restartNeeded: string[] = [];
  const failed: ExchangeFailure[] = [];
  const failedIds = new Set<string>();
  for (const { action, configuration } of steps) {
    try {
      if (action === 'create') {
        await fleet.create(configuration);
        created.push(configuration.id);
      } else {
        const { restartNeededFor } = await fleet.update(configuration);
        updated.push(configuration.id);
        if (restartNeededFor.length > 0) restartNeeded.push(configuration.id);
      }
    } catch (error) {
      failed.push(failureOf(configuration.name, error));
      failedIds.add(configuration.id);
    }
  }
  return { created, updated, restartNeeded, failed, failedIds };
};
