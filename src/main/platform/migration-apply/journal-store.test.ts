import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import { migrationChoicesSchema } from '#contract/models/migration.ts';
import type { BegunEntry, JournalEntry } from '#core/ports/migration-journal.ts';
import { createMigrationJournals } from './journal-store.ts';

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atelier-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => createMigrationJournals({ folder: join(folder, 'migrations'), logger });
const runId = '20261121T101112-0123abcd';
const begun = (id = runId): BegunEntry => ({
  type: 'begun',
  at: 1,
  runId: id,
  oldServers: { legacy: 'http://127.0.0.1:8188' },
  plan: {
    id: 'plan-1',
    choices: migrationChoicesSchema.parse({ findingIds: [] }),
    instances: [],
    conflicts: [],
    copiedFiles: 0,
    copiedBytes: 0,
    freeBytes: null,
    canApply: true,
  },
});
const error = { code: 'STORE_WRITE_FAILED', details: { systemCode: 'ENOSPC' } } as const;
const remark = { code: 'files-kept', severity: 'info', message: 'x', details: { names: ['ü 人'] } } as const;

/** One of each kind. */
const entries: readonly JournalEntry[] = [
  begun(),
  { type: 'intent', at: 2, effectId: 'check', facts: { kind: 'none' } },
  { type: 'intent', at: 2, effectId: 'f', facts: { kind: 'folders', missing: ['/a', '/a/b'], aside: null } },
  { type: 'intent', at: 2, effectId: 'c', facts: { kind: 'copy', from: '/a', to: '/b', targetExisted: true } },
  {
    type: 'intent',
    at: 2,
    effectId: 'i',
    facts: { kind: 'instance', configuration: instanceConfigurationSchema.parse({ id: 'x', name: 'X' }) },
  },
  { type: 'intent', at: 2, effectId: 'a', facts: { kind: 'active', before: null, after: 'x' } },
  {
    type: 'intent',
    at: 2,
    effectId: 'p',
    facts: { kind: 'port', wanted: 8188, portBefore: 8187, settingBefore: 8187, finding: { kind: 'free' } },
  },
  { type: 'done', at: 3, effectId: 'check', outcome: 'warning', remarks: [remark] },
  { type: 'failed', at: 3, effectId: 'c', error },
  { type: 'interrupted', at: 4 },
  { type: 'resumed', at: 4 },
  { type: 'finished', at: 4 },
  { type: 'undo-begun', at: 5 },
  { type: 'taken-back', at: 5, effectId: 'c', remarks: [] },
  { type: 'undo-failed', at: 5, error },
  { type: 'undone', at: 6 },
];

const write = async (list: readonly JournalEntry[] = entries, id = runId): Promise<void> => {
  for (const entry of list) await open().append(id, entry);
};
const journal = (id = runId): string => join(folder, 'migrations', id, 'journal.jsonl');

describe('a journal', () => {
  it('comes back as it was written, entry by entry, and only its owner may read it', async () => {
    await write();
    expect(await open().load()).toEqual([{ begun: begun(), entries, damagedLines: 0 }]);
    expect(statSync(journal()).mode & 0o777).toBe(0o600);
  });

  it.each(entries.slice(1).map((_, index) => index + 1))(
    'that is torn in line %i has the lines before',
    async (count) => {
      await write(entries.slice(0, count));
      const whole = readFileSync(journal(), 'utf8');
      const torn = JSON.stringify(entries[count]);
      for (const length of [1, Math.floor(torn.length / 2), torn.length]) {
        writeFileSync(journal(), whole + torn.slice(0, length));
        expect((await open().load())[0]).toMatchObject({ entries: entries.slice(0, count), damagedLines: 0 });
        // What comes next stands in a line of its own.
        expect(readFileSync(journal(), 'utf8')).toBe(whole);
      }
    },
  );

  it('with a damaged line in its middle still tells of the others', async () => {
    await write(entries.slice(0, 2));
    appendFileSync(journal(), '\u0000\u0000\u0000\n{"type":"done"}\n');
    await write(entries.slice(2, 4));
    expect((await open().load())[0]).toMatchObject({ entries: entries.slice(0, 4), damagedLines: 2 });
  });

  it('that never began is none', async () => {
    mkdirSync(join(folder, 'migrations', runId), { recursive: true });
    expect(await open().load()).toEqual([]);
    writeFileSync(journal(), '{"type":"begun","at":1');
    expect(await open().load()).toEqual([]);
    mkdirSync(join(folder, 'migrations', 'something else'));
    expect(await open().load()).toEqual([]);
  });

  it('comes after later ones, and stands alone', async () => {
    const later = '20261121T101113-0000abcd';
    await write([begun()]);
    await write([begun(later)], later);
    expect((await open().load()).map((each) => each.begun.runId)).toEqual([later, runId]);
  });

  it('says when it cannot be written', async () => {
    writeFileSync(join(folder, 'migrations'), 'a file in the way');
    await expect(open().append(runId, begun())).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect(readdirSync(folder)).toEqual(['migrations']);
  });

  it('keeps texts beside it, and nothing outside of its folder', async () => {
    await write([begun()]);
    await open().keep(runId, 'documents.json', '{}');
    expect(await open().kept(runId, 'documents.json')).toBe('{}');
    expect(await open().kept(runId, 'models-before.json')).toBeNull();
    await expect(async () => open().keep('../../x', 'documents.json', '')).rejects.toMatchObject({
      code: 'INPUT_PATH_OUTSIDE',
    });
    await expect(async () => open().keep(runId, '../x.json', '')).rejects.toMatchObject({ code: 'INPUT_PATH_OUTSIDE' });
  });
});
