import { z } from 'zod';
import { type ErrorCode, StudioError } from '#contract/errors.ts';

const holderSchema = z.object({ pid: z.int(), startedAt: z.number(), address: z.string().nullable() });
const ownerSchema = z.object({
  port: z.int(),
  owner: z.object({ pid: z.int().nullable(), name: z.string().nullable() }).nullish(),
});
const addressSchema = z.object({ host: z.string(), port: z.int().optional(), reason: z.string().optional() });
const tokenSchema = z.object({ host: z.string(), tokenMinLength: z.int() });
const fileFactsSchema = z.object({
  path: z.string().optional(),
  dataFolder: z.string().optional(),
  file: z.string().optional(),
  systemCode: z.string().nullish(),
});
/** What Node tells with a refusal of the system. */
const systemFactsSchema = z.object({ path: z.string().optional(), code: z.string().optional() });

const nameHolder = ({ details }: StudioError): string => {
  const holder = holderSchema.safeParse(details);
  if (!holder.success) return 'End the other one first, or choose another --data-folder.';
  const { pid, startedAt, address } = holder.data;
  const where = address === null ? '' : ` and answers at ${address}`;
  return `Process ${pid} has used it since ${new Date(startedAt).toISOString()}${where}. End that one first, or choose another --data-folder.`;
};

const nameOwner = ({ details }: StudioError): string => {
  const taken = ownerSchema.safeParse(details);
  const owner = taken.success ? taken.data.owner : null;
  const who =
    owner?.pid === null || owner === null || owner === undefined
      ? ''
      : ` ${owner.name ?? 'A program'} (pid ${owner.pid}) listens there.`;
  return `${who} Choose another --studio-port or --gateway-port; 0 takes any free one.`.trim();
};

const fileAdvice: Readonly<Record<string, string>> = {
  EACCES: 'Give the user who runs Atelier the right to it, or choose another --data-folder.',
  EPERM: 'Give the user who runs Atelier the right to it, or choose another --data-folder.',
  EROFS: 'The disk is read-only: choose another --data-folder.',
  ENOSPC: 'The disk is full: make room, or choose another --data-folder.',
  EDQUOT: 'The quota of the disk is used up: make room, or choose another --data-folder.',
};

const nameFile = ({ details, cause }: StudioError): string => {
  const told = fileFactsSchema.safeParse(details).data;
  const system = systemFactsSchema.safeParse(cause).data;
  const path = told?.path ?? told?.dataFolder ?? system?.path ?? told?.file;
  const code = told?.systemCode ?? system?.code;
  const facts = [path, code].filter((fact) => fact !== undefined).join(': ');
  const advice = fileAdvice[code ?? ''] ?? 'Check the path and the disk, or choose another --data-folder.';
  return facts === '' ? advice : `${facts}. ${advice}`;
};

const nameToken = ({ details }: StudioError): string => {
  const { host, tokenMinLength } = tokenSchema.safeParse(details).data ?? { host: '', tokenMinLength: null };
  const length = tokenMinLength === null ? '' : ` of ${tokenMinLength} characters or more`;
  const where = host === '' ? '' : `${host} can be reached from other machines. `;
  return `${where}Set --access-token (or ATELIER_ACCESS_TOKEN) to one${length}, or listen on 127.0.0.1.`;
};

const unusableReasons: Readonly<Record<string, string>> = {
  EACCES: 'only an administrator may open it',
  EADDRNOTAVAIL: 'no network interface of this machine has it',
  ENOTFOUND: 'nobody knows this host name',
};

const nameAddress = ({ details }: StudioError): string => {
  const address = addressSchema.safeParse(details).data;
  const why = unusableReasons[address?.reason ?? ''];
  const where =
    address === undefined ? '' : [address.host, address.port].filter((part) => part !== undefined).join(':');
  const facts = where === '' ? '' : `${where}${why === undefined ? '' : `: ${why}`}. `;
  return `${facts}Choose another --studio-host or --gateway-host, and ports from 1024 on.`;
};

/** What to do about each failure that a start is expected to meet. */
const advice: Partial<Record<ErrorCode, (error: StudioError) => string>> = {
  STORE_LOCKED: nameHolder,
  STORE_NEWER_VERSION: () => 'Update Atelier, or choose another --data-folder. The file was left untouched.',
  STORE_READ_FAILED: nameFile,
  STORE_WRITE_FAILED: nameFile,
  SERVER_PORT_TAKEN: nameOwner,
  SERVER_TOKEN_NEEDED: nameToken,
  SERVER_ADDRESS_UNUSABLE: nameAddress,
};

/** What happened, what it means and what to do, for a terminal. */
export const describeStartFailure = (error: unknown): string => {
  if (!(error instanceof StudioError))
    return `INTERNAL: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  const { code, message } = error;
  return [`${code}: ${message}`, advice[code]?.(error) ?? ''].join(' ').trimEnd();
};
