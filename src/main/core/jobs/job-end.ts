import { StudioError, toWireError } from '#contract/errors.ts';
import type { JobView } from '#contract/models/job.ts';
import type { JobOutcomeKind } from './fleet-view.ts';
import type { RunEnd } from './run.ts';

/** What a job becomes when a run of it ended for good. */
export type FinishedFields = Pick<JobView, 'outputs' | 'error'> & {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
} & Partial<Pick<JobView, 'nodeErrors'>>;

const failed = (error: StudioError): FinishedFields => ({ state: 'failed', outputs: [], error: toWireError(error) });

/** The final state of a job whose run ended so. */
export const finishedFields = (
  end: Exclude<RunEnd, { readonly kind: 'lost' }>,
  facts: { readonly instanceId: string; readonly timeoutMs: number },
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
    case 'timed-out': {
      const { instanceId, timeoutMs } = facts;
      return failed(new StudioError('JOB_TIMEOUT', undefined, { details: { instanceId, timeoutMs } }));
    }
    case 'failed':
      return failed(end.error);
  }
};

/** What the fleet and the scheduler count a run as. */
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
