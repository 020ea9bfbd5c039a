import { StudioError, toWireError } from '#contract/errors.ts';
import type { FinishedFields } from './job-end.ts';

/** The end of a job that acts outside ComfyUI and may have done so: whoever wants it again has to say so. */
export const notRepeatedFields = (instanceId: unknown, cause: unknown): FinishedFields => {
  const error = new StudioError('JOB_NOT_REPEATED', undefined, { details: { instanceId, cause } });
  return { state: 'failed', outputs: [], error: toWireError(error) };
};
