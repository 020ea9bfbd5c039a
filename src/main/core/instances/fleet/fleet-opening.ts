import type { ProcessHost, RunRecord, RunRecordStore } from '#core/ports/process-host.ts';
import type { FleetDependencies } from '../fleet-interface.ts';
import type { FleetEntry } from './fleet-entry.ts';

/** A process whose instance was removed while no studio could stop it has nobody who wants it. */
const endOrphan = async (record: RunRecord, processHost: ProcessHost, runRecords: RunRecordStore): Promise<void> => {
  const process = await processHost.adopt(record.instanceId, record);
  if (process !== null) {
    process.signal('SIGKILL');
    await process.killSurvivors();
    process.release();
  }
  await runRecords.remove(record.instanceId);
};

/**
 * Looks after what the last studio left running. The trouble of one instance does not keep the others from being adopted; the studio
 * opens even where the records cannot be read.
 */
export const adoptSurvivors = async (
  entries: readonly FleetEntry[],
  dependencies: Pick<FleetDependencies, 'processHost' | 'runRecords' | 'logger'>,
): Promise<void> => {
  const { processHost, runRecords, logger } = dependencies;
  const records = await runRecords.list().catch((error: unknown): readonly RunRecord[] => {
    logger.error('The run records cannot be read', { error });
    return [];
  });
  const adoptOne = async (record: RunRecord): Promise<void> => {
    const entry = entries.find(({ runner }) => runner.configuration().id === record.instanceId);
    if (entry === undefined || entry.runner.life().remote) await endOrphan(record, processHost, runRecords);
    else await entry.runner.adopt(record);
  };
  const outcomes = await Promise.allSettled(records.map(adoptOne));
  for (const [index, outcome] of outcomes.entries()) {
    const instanceId = records[index]?.instanceId;
    if (outcome.status === 'rejected')
      logger.error('A process cannot be adopted', { instanceId, error: outcome.reason });
  }
};

/** Begins what an instance does by itself when the studio opens, in the order of the user's list. */
export const startAutomatically = (entries: readonly FleetEntry[], startLocal: boolean): void => {
  for (const { runner } of entries) {
    const { enabled, autoStart } = runner.configuration();
    if (!enabled) continue;
    if (runner.life().remote) runner.send({ type: 'watch' });
    else if (autoStart && startLocal) runner.send({ type: 'start' });
  }
};
