import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A UUID of version 8 that is the same for the same name, and different for any other (RFC 9562, 5.8). */
export const namedId = (name: string): string => {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

/**
 * The id of what is made under an idempotency key. A key is good for one request (so the official API says), and an id that follows from it
 * is refused a second time by whatever keeps the first, after a restart too.
 */
export const idOfKey = (kind: 'asset' | 'job', key: string): string => namedId(`${kind} key ${key}`);

/** Under which a client may send a request twice; null where it gives none. */
export const idempotencyKeyOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | null => {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : null;
};

/** One result of a job. */
export interface OutputPlace {
  readonly jobId: string;
  readonly index: number;
}

/** The id under which a result is an asset: it names its job, so that whose it is need not be looked for. */
export const idOfOutput = ({ jobId, index }: OutputPlace): string => `${jobId}-${index}`;

/** Whose result an id stands for; null for one of another kind. */
export const outputOfId = (assetId: string): OutputPlace | null => {
  const [, jobId, index] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(0|[1-9]\d{0,8})$/u.exec(assetId) ?? [];
  return jobId === undefined || index === undefined ? null : { jobId, index: Number(index) };
};
