import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { StudioError } from '#contract/errors.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { SecretSeal } from '#core/ports/secret-seal.ts';
import { hasErrorCode } from '../process/system-error.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** Names the way it was sealed, so that another one can follow. */
const prefix = 'v1:';

export interface SecretSealOptions {
  /** The file of the key, readable by its owner alone; made when the first secret is sealed. */
  readonly path: string;
  readonly logger: Logger;
}

/**
 * Seals with AES-256-GCM under a key that stands beside the data, in a file of its own: a copy of the database, a log or an export has
 * no use for whoever finds it without that file.
 */
export const createSecretSeal = ({ path, logger }: SecretSealOptions): SecretSeal => {
  const held: { key: Buffer | null } = { key: null };

  /** Null where there is none, or none that could have sealed anything. */
  const readKey = (): Buffer | null => {
    try {
      const key = readFileSync(path);
      if (key.length === keyBytes) {
        // A copy from a backup may have come back readable for others.
        chmodSync(path, 0o600);
        return key;
      }
      logger.error('The key of the stored secrets is damaged; what was sealed under it cannot be read.', { path });
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) {
        logger.error('The key of the stored secrets cannot be read.', { path, error: String(error) });
        throw new StudioError('STORE_READ_FAILED', undefined, { details: { path }, cause: error });
      }
    }
    return null;
  };

  /** Whole or not there at all, before anything is sealed under it. */
  const makeKey = (): Buffer => {
    const key = randomBytes(keyBytes);
    const half = `${path}.new`;
    try {
      const file = openSync(half, 'w', 0o600);
      try {
        writeSync(file, key);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(half, path);
    } catch (error) {
      throw new StudioError('STORE_WRITE_FAILED', undefined, { details: { path }, cause: error });
    }
    return key;
  };

  const known = (): Buffer | null => (held.key ??= readKey());

  return {
    seal: (text) => {
      const key = known() ?? makeKey();
      held.key = key;
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${prefix}${sealed.toString('base64')}`;
    },
    unseal: (sealed) => {
      const key = known();
      if (key === null || !sealed.startsWith(prefix)) return null;
      const bytes = Buffer.from(sealed.slice(prefix.length), 'base64');
      if (bytes.length < nonceBytes + tagBytes) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        // Sealed under another key, or changed since: GCM tells no more.
        return null;
      }
    },
  };
};
