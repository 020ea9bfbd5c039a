import type { ExchangeRemark, ImportFormat } from '#contract/models/configuration.ts';
import type { InstanceDraft } from '#contract/models/instance.ts';

/** Why nothing can be made of an entry: a code for the screens with its facts, plain English for scripts. */
export interface EntryDamage {
  readonly reason: 'not-an-object' | 'no-port' | 'field';
  readonly message: string;
  /** Path of the field that is wrong; empty where it is the entry as a whole. */
  readonly field: string;
}

export const notAnObject: EntryDamage = { reason: 'not-an-object', message: 'no object', field: '' };
export const noPort: EntryDamage = { reason: 'no-port', message: 'port: no number from 1 to 65535', field: 'port' };

/** One instance of a file: only the fields that its format carries, so that an update leaves all others alone. */
export interface ExchangeEntry {
  readonly key: string;
  /** As the file says it; null where its format has none that could mean an instance of a studio. */
  readonly id: string | null;
  readonly draft: InstanceDraft;
  /** Why nothing can be made of it. */
  readonly damage: EntryDamage | null;
}

/** A file that was read, whatever its format. */
export interface ExchangeFile {
  readonly format: ImportFormat;
  readonly isTemplate: boolean;
  readonly entries: readonly ExchangeEntry[];
  /** Id of the entry that is to be the active instance. */
  readonly activeId: string | null;
  readonly startupDelayMs: number | null;
  readonly remarks: readonly ExchangeRemark[];
}

/** A file that was written. */
export interface WrittenFile {
  readonly fileName: string;
  readonly text: string;
  readonly remarks: readonly ExchangeRemark[];
}

/** More entries than any fleet has. */
export const maxEntries = 1000;

export const remark = (
  code: ExchangeRemark['code'],
  message: string,
  details: ExchangeRemark['details'] = {},
): ExchangeRemark => ({ code, message, details });

/** The entries that are read of a list, and what to say about the rest. */
export const firstEntries = (
  list: readonly unknown[],
): { readonly entries: readonly unknown[]; readonly remarks: readonly ExchangeRemark[] } => ({
  entries: list.slice(0, maxEntries),
  remarks:
    list.length <= maxEntries
      ? []
      : [
          remark('cut-off', `The file lists ${list.length} instances; the first ${maxEntries} are read.`, {
            count: list.length,
            limit: maxEntries,
          }),
        ],
});

export const damagedEntry = (key: string, name: string, damage: EntryDamage): ExchangeEntry => ({
  key,
  id: null,
  draft: { name },
  damage,
});
