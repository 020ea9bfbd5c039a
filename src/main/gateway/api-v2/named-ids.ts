import { createHash } from 'node:crypto';

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

/** The id under which one result of a job is an asset. */
export const idOfOutput = (jobId: string, index: number): string => namedId(`output ${jobId} ${index}`);
