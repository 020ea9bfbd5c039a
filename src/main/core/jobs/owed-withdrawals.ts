import type { Cancel } from '#core/ports/clock.ts';
import type { ComfyClient } from '#core/ports/comfy-client.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';

/** Withdrawals that are remembered for one instance; more than any instance has slots. */
const maxOwed = 200;

export interface OwedWithdrawals {
  /**
   * Takes a prompt back from an instance, at once or as soon as that can be reached again: another one runs it by then, and nothing may
   * run twice.
   */
  withdraw(instance: FleetCandidate, jobId: string): Promise<void>;
  stop: Cancel;
}

export interface WithdrawalDependencies {
  readonly fleet: Pick<FleetView, 'candidates' | 'onChange'>;
  readonly client: Pick<ComfyClient, 'cancel'>;
  readonly logger: Logger;
  /** The job is with this instance again, so that it must stay there. */
  readonly isWith: (jobId: string, instanceId: string) => boolean;
}

export const createOwedWithdrawals = ({ fleet, client, logger, isWith }: WithdrawalDependencies): OwedWithdrawals => {
  const owed = new Map<string, Set<string>>();

  const withdraw = async (instance: FleetCandidate, jobId: string): Promise<void> => {
    try {
      await client.cancel(instance.endpoint, jobId);
    } catch (error) {
      logger.debug('A lost job could not be withdrawn yet.', { jobId, error: String(error) });
      const jobIds = owed.get(instance.instanceId) ?? new Set();
      owed.set(instance.instanceId, jobIds.add(jobId));
      for (const oldest of jobIds) if (jobIds.size > maxOwed) jobIds.delete(oldest);
    }
  };

  const payBack = (): void => {
    if (owed.size === 0) return;
    const candidates = fleet.candidates();
    const present = new Map(candidates.map((candidate) => [candidate.instanceId, candidate]));
    for (const [instanceId, jobIds] of owed) {
      const instance = present.get(instanceId);
      if (instance !== undefined && (instance.readyAt === null || instance.health === 'unhealthy')) continue;
      owed.delete(instanceId);
      if (instance === undefined) continue;
      for (const jobId of jobIds) {
        if (isWith(jobId, instanceId)) continue;
        withdraw(instance, jobId).catch((error: unknown) =>
          logger.error('A withdrawal failed.', { jobId, error: String(error) }),
        );
      }
    }
  };

  return { withdraw, stop: fleet.onChange(payBack) };
};
