import type { Journal, JournalEntry } from './migration-journal.ts';

/** A journal as it was found on disk. */
export interface StoredJournal extends Journal {
  /** Lines that could not be read; a torn last line is none of them, since what it announced had not begun. */
  readonly damagedLines: number;
}

/** One folder a run in the data folder: the journal, and what has to be kept beside it. Fails with STORE_WRITE_FAILED. */
export interface MigrationJournals {
  /** The latest runs, latest first. */
  load(): Promise<readonly StoredJournal[]>;
  /** Resolves when the entry would survive a power cut. */
  append(runId: string, entry: JournalEntry): Promise<void>;
  /** Keeps a text of the run, whole or not at all. */
  keep(runId: string, name: string, text: string): Promise<void>;
  /** null where nothing was kept under the name. */
  kept(runId: string, name: string): Promise<string | null>;
}

/** One copy of a folder: staged beside its target, then renamed, with a list of all that was copied. */
export interface FolderCopy {
  readonly runId: string;
  /** Unique within the run. */
  readonly index: number;
  readonly from: string;
  readonly to: string;
}

/** A path below the folder that was not copied, and why. */
export interface SkippedPath {
  readonly path: string;
  readonly reason: 'unreadable' | 'vanished' | 'special' | 'name-clash' | 'still-changing';
}

export interface CopyReport {
  readonly files: number;
  readonly bytes: number;
  readonly skipped: readonly SkippedPath[];
}

export interface FolderSize {
  readonly files: number;
  readonly bytes: number;
}

/** What a path of a plan is; a link counts as what it leads to. */
export type PlaceKind = 'missing' | 'empty-folder' | 'folder' | 'other';

/** Files of a migration. What is read is never changed, what is there is never overwritten, and links are never followed. */
export interface MigrationFiles {
  place(path: string): Promise<PlaceKind>;
  /** The path with every link resolved as far as it exists, to tell whether two names are one place. */
  realPath(path: string): Promise<string>;
  size(folder: string, signal: AbortSignal): Promise<FolderSize>;
  /** Free bytes where the path is or would be; null where the system does not tell. */
  freeBytes(path: string): Promise<number | null>;
  /** The disk that the path is or would be on, to add up what goes to one; null where the system does not tell. */
  disk(path: string): Promise<string | null>;
  /** Whether a folder could be made there. */
  isWritable(path: string): Promise<boolean>;
  /** What of the path is missing, the highest first. */
  missingFolders(path: string): Promise<readonly string[]>;
  /** Makes those that are still missing. STORE_WRITE_FAILED. */
  makeFolders(paths: readonly string[]): Promise<void>;
  /** Removes a folder that is empty and no link; others stay. */
  removeEmptyFolder(path: string): Promise<'gone' | 'kept'>;
  /** Gives a folder a name beside it under which there is nothing. STORE_WRITE_FAILED. */
  rename(path: string, to: string): Promise<void>;
  /** Names below a folder that is no link, folders with a slash at the end; at most `limit`. */
  listing(path: string, limit: number): Promise<readonly string[]>;
  /**
   * Copies a folder, or takes up a copy that was cut off: what is staged is thrown away, what is whole stays. STORE_WRITE_FAILED with
   * `systemCode` (ENOSPC, EACCES, …), STORE_READ_FAILED where the source is gone.
   */
  copy(
    copy: FolderCopy,
    options: { readonly onProgress: (bytes: number) => void; readonly signal: AbortSignal },
  ): Promise<CopyReport>;
  /** Removes what a copy has made as far as it is unchanged, wherever it was cut off. Answers what stays, changed or added since. */
  removeCopy(copy: FolderCopy & { readonly targetExisted: boolean }): Promise<{ readonly kept: readonly string[] }>;
  /** Paths of files with one of the endings below a folder, relative to it, with slashes; links are followed within bounds, since models are often links. */
  modelFiles(folder: string, endings: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /** Removes what a launch has generated in an instance's own folder; nothing else. */
  removeGenerated(instanceFolder: string): Promise<void>;
}

/** The documents of the studio byte for byte, with their rings of backups. */
export interface StudioDocuments {
  capture(): Promise<string>;
  /** Puts back each one that still means what it meant when it was captured; answers the names of those that differ. */
  putBack(captured: string): Promise<{ readonly differing: readonly string[] }>;
}
