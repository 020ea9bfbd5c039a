import { errorCodes, StudioError } from '#contract/errors.ts';
import type { InstanceReason } from '#contract/models/instance.ts';

/** A thrown value as the reason of a state. What is no StudioError is a bug, and tells nothing but that. */
export const reasonOfError = (error: unknown): InstanceReason =>
  error instanceof StudioError
    ? { code: error.code, details: { message: error.message, ...error.details }, evidence: [] }
    : { code: 'INTERNAL', details: { message: errorCodes.INTERNAL.summary }, evidence: [] };
