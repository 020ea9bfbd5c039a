import { StudioError } from '#contract/errors.ts';
import type { HistoryEntry } from '#core/ports/comfy-client.ts';
import { readRejection } from './node-errors.ts';
import type { RunEnd } from './run.ts';
import type { RunRecord } from './run-record.ts';
import { readSettlement } from './settlement.ts';

export const cancelledEnd: RunEnd = {
  kind: 'settled',
  settlement: { kind: 'cancelled', outputs: [] },
  entry: null,
};

export const endOfHistory = (entry: HistoryEntry): RunEnd => ({
  kind: 'settled',
  settlement: readSettlement(entry),
  entry,
});

/** The end of a prompt that is nowhere to be found. */
export const endOfGone = ({ refusal, facts }: RunRecord): RunEnd => {
  if (refusal !== null) return { kind: 'rejected', ...refusal, rejection: readRejection(refusal.status, refusal.body) };
  if (facts.cancelWantedAt !== null) return cancelledEnd;
  const reason = facts.submission === 'accepted' ? 'vanished' : 'never-accepted';
  return { kind: 'lost', code: 'JOB_LOST', details: { reason } };
};

/** The end as the websocket told it, where the history cannot be had any more; `otherwise` where it did not say. */
export const endOfFrames = (record: RunRecord, otherwise: RunEnd): RunEnd => {
  const settlement = record.settlementFromFrames();
  return settlement === null ? otherwise : { kind: 'settled', settlement, entry: null };
};

/** A failure of the way to the instance may pass; the others say that the job cannot run there. */
export const endOfError = (error: unknown): RunEnd => {
  if (!(error instanceof StudioError)) {
    return { kind: 'failed', error: new StudioError('INTERNAL', undefined, { cause: error }) };
  }
  if (error.code === 'INSTANCE_UNREACHABLE')
    return { kind: 'lost', code: error.code, details: { reason: 'unreachable' } };
  return { kind: 'failed', error };
};
