import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';

const holderSchema = z.object({ pid: z.int(), address: z.string().nullable() });

const nameHolder = (details: unknown): string => {
  const holder = holderSchema.safeParse(details);
  if (!holder.success) return 'End the other one first.';
  const { pid, address } = holder.data;
  const where = address === null ? '' : ` and answers at ${address}`;
  return `It is process ${pid}${where}. End it first.`;
};

/** What happened and what to do, for a message box. An unexpected error shows nothing of its inside. */
export const describeStartFailure = (error: unknown): string => {
  if (!(error instanceof StudioError)) return 'An unexpected error. The log has the details.';
  return error.code === 'STORE_LOCKED' ? `${error.message} ${nameHolder(error.details)}` : error.message;
};
