import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';

const holderSchema = z.object({ pid: z.int(), startedAt: z.number(), address: z.string().nullable() });
const ownerSchema = z.object({
  port: z.int(),
  owner: z.object({ pid: z.int().nullable(), name: z.string().nullable() }).nullish(),
});

const nameHolder = (details: unknown): string => {
  const holder = holderSchema.safeParse(details);
  if (!holder.success) return 'End the other one first, or choose another --data-folder.';
  const { pid, startedAt, address } = holder.data;
  const where = address === null ? '' : ` and answers at ${address}`;
  return `Process ${pid} has used it since ${new Date(startedAt).toISOString()}${where}. End that one first, or choose another --data-folder.`;
};

const nameOwner = (details: unknown): string => {
  const taken = ownerSchema.safeParse(details);
  const owner = taken.success ? taken.data.owner : null;
  const who =
    owner?.pid === null || owner === null || owner === undefined
      ? ''
      : ` ${owner.name ?? 'A program'} (pid ${owner.pid}) listens there.`;
  return `${who} Choose another --studio-port or --gateway-port; 0 takes any free one.`.trim();
};

/** What happened, what it means and what to do, for a terminal. */
export const describeStartFailure = (error: unknown): string => {
  if (!(error instanceof StudioError))
    return `INTERNAL: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  const { code, message, details } = error;
  if (code === 'STORE_LOCKED') return `${code}: ${message} ${nameHolder(details)}`;
  if (code === 'SERVER_PORT_TAKEN') return `${code}: ${message} ${nameOwner(details)}`;
  return `${code}: ${message}`;
};
