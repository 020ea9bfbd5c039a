import type { HistoryEntry } from '#core/ports/comfy-client.ts';
import type { ActiveJob } from './active-jobs.ts';
import type { FleetCandidate } from './fleet-view.ts';
import type { JobRecord } from './job-record.ts';
import { endOfHistory } from './run-end.ts';
import { readableOr } from './stored-reads.ts';

/** What an instance that had been given up says of a job that another one runs by now. */
export interface FoundResult {
  readonly instance: FleetCandidate;
  readonly entry: HistoryEntry;
}

/**
 * Every output stands in the entry. What a node sends as frames alone does not, and whoever would have heard those had hung up: such a
 * job has to be run to its end.
 */
const isWhole = ({ order }: JobRecord, { outputs }: HistoryEntry): boolean =>
  readableOr(() => order.outputNodeIds.every((nodeId) => Object.hasOwn(outputs, nodeId)), false);

/**
 * Takes a finished result for that of a job that is run a second time, and ends that run; whether it did. Never once the second run has
 * told of anything that it made: a client would have two results of one job.
 */
export const collectResult = (active: ActiveJob, record: JobRecord, { instance, entry }: FoundResult): boolean => {
  if (active.run === null || active.freed || active.cancelWanted || active.loss !== null) return false;
  const end = endOfHistory(entry);
  if (end.kind !== 'settled' || end.settlement.kind !== 'succeeded' || !isWhole(record, entry)) return false;
  return active.run.supersede({ ...end, madeBy: instance });
};
