import { StudioError, toWireError } from '#contract/errors.ts';
import type { JobView } from '#contract/models/job.ts';
import type { JobOutcomeKind } from './fleet-view.ts';
import type { RunEnd } from './run.ts';

/** What a job becomes when a run of it ended for good. */
export type FinishedFields = Pick<JobView, 'state' | 'outputs' | 'error'> & Partial<Pick<JobView, 'nodeErrors'>>;

/** How often a job is run again after its instance was lost, so that one that kills its instances does not kill them for ever. */
export const maxLosses = 2;

const failed = (error: StudioError): FinishedFields => ({ state: 'failed', outputs: [], error: toWireError(error) });

/** The final state of a job whose run ended so. `losses` counts the instances that it lost, this one included. */
export const finishedFields = (
  end: RunEnd,
  facts: { losses: number; instanceId: string; timeoutMs: number },
): FinishedFields => {
  switch (end.kind) {
    case 'settled': {
      const { settlement } = end;
      const outputs = [...settlement.outputs];
      // Errors of outputs that were left out at the submission stay: the others succeeded.
      if (settlement.kind !== 'failed') return { state: settlement.kind, outputs, error: null };
      const { error, nodeErrors } = settlement.rejection;
      return { state: 'failed', outputs, error: toWireError(error), nodeErrors: [...nodeErrors] };
    }
    case 'rejected':
      return { ...failed(end.rejection.error), nodeErrors: [...end.rejection.nodeErrors] };
    case 'timed-out':
      return failed(
        new StudioError('JOB_TIMEOUT', undefined, {
          details: { instanceId: facts.instanceId, timeoutMs: facts.timeoutMs },
        }),
      );
    case 'lost':
      return failed(
        new StudioError('JOB_LOST', undefined, {
          details: { ...end.details, instanceId: facts.instanceId, losses: facts.losses, cause: end.code },
        }),
      );
    case 'failed':
      return failed(end.error);
  }
};

/** What the fleet counts a run as. */
export const outcomeKind = (end: RunEnd): JobOutcomeKind => {
  switch (end.kind) {
    case 'settled':
      return end.settlement.kind;
    case 'rejected':
    case 'timed-out':
    case 'failed':
      return 'failed';
    case 'lost':
      return 'lost';
  }
};
