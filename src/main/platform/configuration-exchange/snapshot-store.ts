import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import { type Snapshot, snapshotReasons } from '#contract/models/configuration.ts';
import { type Settings, settingsSchema } from '#contract/models/settings.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { SnapshotStore } from '#core/ports/snapshots.ts';
import type { FleetDocument } from '#core/ports/stores.ts';
import { listFolder, writeFileAtomically } from '../files/atomic-file.ts';
import { fleetDefinition } from '../files/fleet-store.ts';
import { createSerialQueue } from '../files/serial-queue.ts';
import { settingsDefinition } from '../files/settings-store.ts';
import { type DocumentDefinition, readDocument } from '../files/stored-document.ts';
import { readTextFile } from '../files/text-file.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';

/** A snapshot that was kept on purpose: both documents, when and why. */
interface KeptSnapshot {
  readonly reason: Snapshot['reason'];
  readonly takenAt: number;
  readonly fleet: FleetDocument;
  readonly settings: Settings;
}

const keptDefinition: DocumentDefinition<KeptSnapshot> = {
  name: 'snapshot',
  schema: z.object({
    reason: z.enum(snapshotReasons),
    takenAt: z.number(),
    fleet: fleetDefinition.schema,
    settings: settingsSchema,
  }),
  upgrades: [],
  empty: { reason: 'by-hand', takenAt: 0, fleet: fleetDefinition.empty, settings: settingsDefinition.empty },
};

type Kind = 'snapshot' | 'fleet' | 'settings';
const fileName = /^(snapshot|fleet|settings)-(\d{8,12})\.json$/;

interface Found {
  readonly id: string;
  readonly kind: Kind;
  readonly number: number;
  readonly path: string;
}

const notFound = (snapshotId: string): StudioError =>
  new StudioError('SNAPSHOT_NOT_FOUND', undefined, { details: { snapshotId } });

/** The document of a file, or the error that says why there is none. */
const documentIn = <Document>(text: string, definition: DocumentDefinition<Document>, file: string): Document => {
  const read = readDocument(text, definition);
  if (read.kind === 'good') return read.document;
  throw new StudioError(read.kind === 'newer' ? 'STORE_NEWER_VERSION' : 'STORE_CORRUPT', undefined, {
    details: { file },
  });
};

/**
 * Snapshots in `<data folder>/snapshots`, and beside them the rings of backups in `<data folder>/backups`, which every save of a
 * document feeds by itself.
 */
export const createSnapshotStore = (dependencies: {
  readonly dataFolder: string;
  readonly now: () => number;
  readonly logger: Logger;
  readonly kept?: number;
}): SnapshotStore => {
  const { dataFolder, now, logger, kept = 30 } = dependencies;
  const ownFolder = join(dataFolder, 'snapshots');
  const ringFolder = join(dataFolder, 'backups');
  const queue = createSerialQueue();

  const filesIn = async (folder: string, kinds: readonly Kind[]): Promise<readonly Found[]> =>
    (await listFolder(folder)).flatMap((name) => {
      const [, word, number] = fileName.exec(name) ?? [];
      const kind = kinds.find((each) => each === word);
      if (kind === undefined || number === undefined) return [];
      return [{ id: name.slice(0, -'.json'.length), kind, number: Number(number), path: join(folder, name) }];
    });

  const allFiles = async (): Promise<readonly Found[]> => [
    ...(await filesIn(ownFolder, ['snapshot'])),
    ...(await filesIn(ringFolder, ['fleet', 'settings'])),
  ];

  /** null for a file that went away while it was looked at. */
  const writtenAt = async (path: string): Promise<number | null> => {
    try {
      return (await stat(path)).mtimeMs;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return null;
      throw error;
    }
  };

  const describe = async ({ id, kind, path }: Found): Promise<Snapshot | null> => {
    const text = await readTextFile(path);
    const at = await writtenAt(path);
    if (text === null || at === null) return null;
    try {
      if (kind === 'settings') {
        documentIn(text, settingsDefinition, id);
        return { id, reason: 'stored', takenAt: at, instanceCount: null, hasSettings: true };
      }
      if (kind === 'fleet') {
        const { instances } = documentIn(text, fleetDefinition, id);
        return { id, reason: 'stored', takenAt: at, instanceCount: instances.length, hasSettings: false };
      }
      const { reason, takenAt, fleet } = documentIn(text, keptDefinition, id);
      return { id, reason, takenAt, instanceCount: fleet.instances.length, hasSettings: true };
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      logger.warn('A snapshot cannot be read', { file: id, code: error.code });
      return null;
    }
  };

  const add = async (
    reason: Snapshot['reason'],
    contents: { readonly fleet: FleetDocument; readonly settings: Settings },
  ): Promise<Snapshot> => {
    const present = (await filesIn(ownFolder, ['snapshot'])).toSorted((a, b) => b.number - a.number);
    const id = `snapshot-${String((present[0]?.number ?? 0) + 1).padStart(8, '0')}`;
    const takenAt = now();
    const text = JSON.stringify({ version: 1, document: { reason, takenAt, ...contents } }, null, 2);
    await writeFileAtomically(join(ownFolder, `${id}.json`), `${text}\n`, 0o600);
    for (const old of present.slice(kept - 1)) await rm(old.path, { force: true });
    return { id, reason, takenAt, instanceCount: contents.fleet.instances.length, hasSettings: true };
  };

  return {
    list: async () => {
      const described = await Promise.all((await allFiles()).map((found) => describe(found)));
      return described.filter((each) => each !== null).toSorted((a, b) => b.takenAt - a.takenAt);
    },
    read: async (snapshotId) => {
      const found = (await allFiles()).find(({ id }) => id === snapshotId);
      const text = found === undefined ? null : await readTextFile(found.path);
      if (found === undefined || text === null) throw notFound(snapshotId);
      if (found.kind === 'fleet') return { fleet: documentIn(text, fleetDefinition, snapshotId), settings: null };
      if (found.kind === 'settings') return { fleet: null, settings: documentIn(text, settingsDefinition, snapshotId) };
      const { fleet, settings } = documentIn(text, keptDefinition, snapshotId);
      return { fleet, settings };
    },
    add: (reason, contents) =>
      queue
        .run(() => add(reason, contents))
        .catch((error: unknown) => {
          if (error instanceof StudioError) throw error;
          throw new StudioError('STORE_WRITE_FAILED', undefined, {
            details: { file: 'snapshots', systemCode: systemErrorCode(error) },
            cause: error,
          });
        }),
  };
};
