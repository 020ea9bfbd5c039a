import type { Cancel } from '#core/ports/clock.ts';
import type { ComfyClient, HistoryEntry } from '#core/ports/comfy-client.ts';
import type { Logger } from '#core/ports/logger.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';
import type { JobLedger } from './job-ledger.ts';
import { lookForPrompt } from './run-look.ts';

/** Names the withdrawals that are owed, on disk: the instances may be reached again after the studio ended. */
export const owedFact = 'owedWithdrawals';
/** Withdrawals that are remembered for one instance; more than any instance has slots. */
const maxOwed = 200;

export interface OwedWithdrawals {
  /**
   * Takes a prompt back from an instance, at once or as soon as that can be reached again: another one may run it by then, and nothing
   * may run twice. Answers whether it was taken back at once.
   */
  withdraw(instance: FleetCandidate, jobId: string): Promise<boolean>;
  /** Takes over what an earlier studio still owed; what does not fit is left out. */
  restore(stored: unknown): void;
  /** Pays what can be paid now. */
  payBack(): void;
  /** The program of the instance has ended, and with it everything that it was to be told. */
  forget(instanceId: string): void;
  readonly stop: Cancel;
}

export interface WithdrawalDependencies {
  readonly fleet: Pick<FleetView, 'candidates' | 'onChange'>;
  readonly client: Pick<ComfyClient, 'cancel' | 'queue' | 'history'>;
  readonly ledger: Pick<JobLedger, 'fact'>;
  readonly logger: Logger;
  /** Where the job is now: it waits, this very instance has it again, or another one has it or it ended. */
  readonly whereIs: (jobId: string, instanceId: string) => 'waiting' | 'there' | 'elsewhere';
  /** A waiting job was found on the instance that it was lost from. */
  readonly reclaim: (jobId: string, instance: FleetCandidate) => void;
  /** A job that another instance runs was found to be done; whether that is taken for its result. */
  readonly collect: (jobId: string, instance: FleetCandidate, entry: HistoryEntry) => boolean;
  /** What the history says of an earlier run under the same id. */
  readonly staleEntry: (jobId: string) => HistoryEntry | null;
}

export const createOwedWithdrawals = (dependencies: WithdrawalDependencies): OwedWithdrawals => {
  const { fleet, client, ledger, logger, whereIs, reclaim, collect } = dependencies;
  const owed = new Map<string, Set<string>>();
  /** Looks that are under way; true where the fleet changed since, so that another one may find more. */
  const underway = new Map<string, boolean>();
  const stopped = new AbortController();

  const save = (): void => {
    ledger.fact(owedFact, Object.fromEntries([...owed].map(([instanceId, jobIds]) => [instanceId, [...jobIds]])));
  };

  const settle = (instanceId: string): void => {
    if (owed.delete(instanceId)) save();
  };

  const remember = (instanceId: string, jobId: string): void => {
    const jobIds = owed.get(instanceId) ?? new Set();
    owed.set(instanceId, jobIds.add(jobId));
    for (const oldest of jobIds) if (jobIds.size > maxOwed) jobIds.delete(oldest);
    save();
  };

  const drop = (instanceId: string, jobId: string): void => {
    const jobIds = owed.get(instanceId);
    if (jobIds?.delete(jobId) !== true) return;
    if (jobIds.size === 0) owed.delete(instanceId);
    save();
  };

  const withdraw = async (instance: FleetCandidate, jobId: string): Promise<boolean> => {
    try {
      await client.cancel(instance.endpoint, jobId);
      drop(instance.instanceId, jobId);
      return true;
    } catch (error) {
      logger.debug('A lost job could not be withdrawn yet.', { jobId, error: String(error) });
      remember(instance.instanceId, jobId);
      return false;
    }
  };

  /** Finds out what the instance, which may answer again, has of the job. */
  const clear = async (instance: FleetCandidate, jobId: string): Promise<void> => {
    const options = { ended: false, staleEntry: dependencies.staleEntry(jobId), signal: stopped.signal };
    const found = await lookForPrompt(client, instance.endpoint, jobId, options);
    if (found.kind === 'unreachable' || stopped.signal.aborted) return;
    const where = whereIs(jobId, instance.instanceId);
    const isCollected = found.kind === 'finished' && where === 'elsewhere' && collect(jobId, instance, found.entry);
    if (found.kind !== 'absent' && where === 'elsewhere' && !isCollected) {
      await withdraw(instance, jobId);
      return;
    }
    drop(instance.instanceId, jobId);
    if (found.kind !== 'absent' && where === 'waiting') reclaim(jobId, instance);
  };

  const begin = (instance: FleetCandidate, jobId: string): void => {
    const key = `${instance.instanceId} ${jobId}`;
    if (underway.has(key)) {
      underway.set(key, true);
      return;
    }
    underway.set(key, false);
    clear(instance, jobId)
      .catch((error: unknown) => logger.error('A withdrawal failed.', { jobId, error: String(error) }))
      .finally(() => {
        const isDueAgain = underway.get(key) === true;
        underway.delete(key);
        if (isDueAgain && !stopped.signal.aborted) payBack();
      });
  };

  const payBack = (): void => {
    if (owed.size === 0) return;
    const present = new Map(fleet.candidates().map((candidate) => [candidate.instanceId, candidate]));
    for (const [instanceId, jobIds] of owed) {
      const instance = present.get(instanceId);
      if (instance === undefined) settle(instanceId);
      else if (instance.readyAt !== null && instance.health !== 'unhealthy') {
        for (const jobId of jobIds) begin(instance, jobId);
      }
    }
  };
  const unsubscribe = fleet.onChange(payBack);

  return {
    withdraw,
    forget: settle,
    restore: (stored) => {
      if (!isObject(stored)) return;
      for (const [instanceId, jobIds] of Object.entries(stored)) {
        const known = Array.isArray(jobIds) ? jobIds.filter((jobId) => typeof jobId === 'string') : [];
        if (known.length > 0) owed.set(instanceId, new Set(known.slice(-maxOwed)));
      }
    },
    payBack,
    stop: () => {
      unsubscribe();
      stopped.abort();
    },
  };
};
