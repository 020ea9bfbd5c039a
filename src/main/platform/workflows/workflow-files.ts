import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import { workflowContentSchema, workflowIdSchema } from '#contract/models/library.ts';
import type { Notice } from '#contract/models/studio.ts';
import type { WorkflowRecord, WorkflowStore } from '#core/ports/workflow-store.ts';
import { listFolder } from '../files/atomic-file.ts';
import { createDocumentStore, type DocumentStoreDependencies } from '../files/document-store.ts';
import type { DocumentDefinition } from '../files/stored-document.ts';

const recordSchema = z
  .object({
    id: workflowIdSchema,
    revision: z.int().positive(),
    content: workflowContentSchema,
    picture: z
      .object({ contentType: z.string(), base64: z.string(), revision: z.int().positive(), isChosen: z.boolean() })
      .nullable(),
    createdAt: z.number(),
    changedAt: z.number(),
    lastRunAt: z.number().nullable(),
    deletedAt: z.number().nullable(),
  })
  .nullable();

const definitionOf = (workflowId: string): DocumentDefinition<WorkflowRecord | null> => ({
  name: workflowId,
  schema: recordSchema,
  upgrades: [],
  empty: null,
});

const idPart = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const filePattern = new RegExp(`^(${idPart})\\.json$`);
const backupPattern = new RegExp(`^(${idPart})-\\d{8,}\\.json$`);

/** Older states of each workflow. */
const backupsKept = 3;

const idsIn = async (folder: string, pattern: RegExp): Promise<readonly string[]> =>
  (await listFolder(folder)).flatMap((name) => pattern.exec(name)?.[1] ?? []);

const noticeOf = (error: StudioError, workflowId: string, { makeId, now }: DocumentStoreDependencies): Notice => ({
  id: makeId(),
  severity: 'warning',
  code: error.code,
  message: `A saved workflow cannot be read: ${error.message}`,
  details: { ...error.details, workflowId },
  at: now(),
});

/** Saved workflows, `<folder>/<id>.json` each, with a ring of older states in `<folder>/backups`. */
export const createWorkflowFiles = (dependencies: DocumentStoreDependencies): WorkflowStore => {
  const { folder } = dependencies;
  const backups = join(folder, 'backups');
  const storeOf = (workflowId: string) =>
    createDocumentStore(definitionOf(workflowId), { ...dependencies, backupsKept });

  const loadOne = async (
    workflowId: string,
  ): Promise<{ record: WorkflowRecord | null; notices: readonly Notice[] }> => {
    try {
      const { document, notices } = await storeOf(workflowId).load();
      // The file of another workflow that somebody copied here would take its place.
      return { record: document?.id === workflowId ? document : null, notices };
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      return { record: null, notices: [noticeOf(error, workflowId, dependencies)] };
    }
  };

  return {
    loadAll: async () => {
      const ids = new Set([...(await idsIn(folder, filePattern)), ...(await idsIn(backups, backupPattern))]);
      const records: WorkflowRecord[] = [];
      const notices: Notice[] = [];
      for (const workflowId of ids) {
        const loaded = await loadOne(workflowId);
        if (loaded.record !== null) records.push(loaded.record);
        notices.push(...loaded.notices);
      }
      return { records, notices };
    },
    load: async (workflowId) => (await storeOf(workflowId).load()).document,
    save: (record) => storeOf(record.id).save(record),
    purge: async (workflowId) => {
      // The file goes last: a kill in between leaves a workflow that is purged again, and no older state that comes back.
      for (const name of await listFolder(backups)) {
        if (backupPattern.exec(name)?.[1] === workflowId) await rm(join(backups, name), { force: true });
      }
      await rm(join(folder, `${workflowId}.json`), { force: true });
    },
  };
};
