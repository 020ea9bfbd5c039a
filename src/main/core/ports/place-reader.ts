import type { PathKind } from './machine.ts';

/** What reading a small file came to; a file beyond the limit is not read at all. */
export type TextReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  /** `reason` is the code of the system (EACCES, EIO, …) or `late`. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'too-large'; readonly bytes: number };

/** An entry of a folder. A link is named as such, with what it leads to. */
export interface PlaceEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
  readonly isLink: boolean;
}

export type FolderReading =
  | { readonly kind: 'folder'; readonly entries: readonly PlaceEntry[]; readonly cutOff: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** How much a folder holds; null where counting was cut off by its limit or by a folder that cannot be read. */
export interface FolderMeasure {
  readonly files: number | null;
  readonly bytes: number | null;
}

/**
 * Looks at places on the disk that belong to somebody else. Nothing is ever written, every question is bounded in time, size and number
 * of entries, links that lead in a circle end, and none of the methods rejects.
 */
export interface PlaceReader {
  text(path: string): Promise<TextReading>;
  list(path: string): Promise<FolderReading>;
  /** Follows links; `unreadable` when it takes too long. */
  kind(path: string): Promise<PathKind>;
  /** Whether new files may be made in a folder. */
  isWritable(path: string): Promise<boolean>;
  /** The path without links in it; the path itself where it cannot be resolved. */
  realPath(path: string): Promise<string>;
  measure(path: string): Promise<FolderMeasure>;
  /** Free space where a path is or would be made; null where the system does not tell. */
  freeBytes(path: string): Promise<number | null>;
}

/** Reads a text of a data format; `null` where it is damaged. */
export type ParseText = (text: string) => { readonly value: unknown } | null;
