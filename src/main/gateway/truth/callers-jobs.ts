import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Caller } from '../access/caller.ts';

/**
 * Whether a job is the caller's own: the one of its client id where the call names one, else the one that the same program submitted
 * (docs/gateway.md, "Whose jobs"). Jobs of the studio itself are nobody's here.
 */
export const isOfCaller = (caller: Caller, { order, view }: Pick<JobRecord, 'order' | 'view'>): boolean =>
  caller.clientId === null ? order.caller === caller.key : view.clientId === caller.clientId;
