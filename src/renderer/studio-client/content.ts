import { z } from 'zod';
import { StudioError, wireErrorSchema } from '#contract/errors.ts';
import { wireConstants } from '#contract/wire-constants.ts';

/** Where a result of a job is read from. */
export const outputUrl = (jobId: string, index: number): string =>
  `${wireConstants.contentPathPrefix}outputs/${encodeURIComponent(jobId)}/${index}`;

/** Where the whole log of an instance is downloaded from. */
export const logUrl = (instanceId: string): string =>
  `${wireConstants.contentPathPrefix}logs/${encodeURIComponent(instanceId)}`;

const uploadAnswerSchema = z.object({ uploadId: z.string() });
const failureSchema = z.union([
  z.object({ error: wireErrorSchema }),
  wireErrorSchema.transform((error) => ({ error })),
]);

const failureOf = async (response: Response): Promise<StudioError> => {
  const text = await response.text();
  const parsed = failureSchema.safeParse(parseJson(text));
  if (!parsed.success) return new StudioError(response.status === 413 ? 'INPUT_TOO_LARGE' : 'INTERNAL');
  const { code, message, details } = parsed.data.error;
  return new StudioError(code, message, details === undefined ? {} : { details });
};

const parseJson = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Hands a file to the studio and answers the id under which a job may use it; fails with a StudioError. */
export const uploadInput = async (file: File, signal: AbortSignal): Promise<string> => {
  const response = await fetch(`${wireConstants.contentPathPrefix}inputs`, {
    method: 'PUT',
    body: file,
    headers: { 'content-type': file.type || 'application/octet-stream' },
    signal,
  }).catch((error: unknown) => {
    throw new StudioError(signal.aborted ? 'CALL_CANCELLED' : 'CONNECTION_LOST', undefined, { cause: error });
  });
  if (!response.ok) throw await failureOf(response);
  const answer = uploadAnswerSchema.safeParse(await response.json());
  if (!answer.success)
    throw new StudioError('INTERNAL', 'The answer to the upload does not fit.', { cause: answer.error });
  return answer.data.uploadId;
};
