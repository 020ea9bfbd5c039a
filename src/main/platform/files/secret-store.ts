import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SecretStore } from '#core/ports/stores.ts';
import { hasErrorCode } from '../process/system-error.ts';
import { createDocumentStore, type DocumentStoreDependencies } from './document-store.ts';
import { createSerialQueue } from './serial-queue.ts';
import type { DocumentDefinition } from './stored-document.ts';

type Secrets = Readonly<Record<string, string>>;

const secretsDefinition: DocumentDefinition<Secrets> = {
  name: 'secrets',
  schema: z.record(z.string(), z.string()),
  upgrades: [],
  empty: {},
};

/**
 * Secrets for hosts without a key ring: `<data folder>/secrets.json`, readable by its owner alone and not encrypted. It has no
 * backups, so that a removed secret is gone from the disk. What cannot be stored is not remembered either.
 */
export const createFileSecretStore = (
  dependencies: Omit<DocumentStoreDependencies, 'backupsKept' | 'mode'>,
): SecretStore => {
  const store = createDocumentStore(secretsDefinition, { ...dependencies, backupsKept: 0, mode: 0o600 });
  const queue = createSerialQueue();

  /** A copy from a backup or an archive may have come back readable for others. */
  const makePrivate = async (): Promise<void> => {
    try {
      await chmod(join(dependencies.folder, 'secrets.json'), 0o600);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'EROFS')) throw error;
    }
  };

  const read = async (): Promise<Map<string, string>> => {
    await makePrivate();
    const { document, notices } = await store.load();
    for (const notice of notices) dependencies.logger.error(notice.message, notice.details);
    return new Map(Object.entries(document));
  };

  const change = (edit: (secrets: Map<string, string>) => boolean): Promise<void> =>
    queue.run(async () => {
      const secrets = await read();
      if (edit(secrets)) await store.save(Object.fromEntries(secrets));
    });

  return {
    get: (name) => queue.run(async () => (await read()).get(name) ?? null),
    set: (name, secret) => change((secrets) => Boolean(secrets.set(name, secret))),
    remove: (name) => change((secrets) => secrets.delete(name)),
  };
};
