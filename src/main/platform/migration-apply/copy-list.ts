import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { readWholeLines } from './durable-lines.ts';

/** What a copy has made, one line a path, the folders before what is in them; the last line says that it is whole. */
const lineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), path: z.string(), mode: z.int() }),
  z.object({ kind: z.literal('file'), path: z.string(), bytes: z.int(), sha256: z.string() }),
  z.object({ kind: z.literal('link'), path: z.string(), target: z.string() }),
  z.object({
    kind: z.literal('skipped'),
    path: z.string(),
    reason: z.enum(['unreadable', 'vanished', 'special', 'name-clash', 'still-changing']),
  }),
  z.object({ kind: z.literal('whole'), files: z.int(), bytes: z.number() }),
]);
export type CopyLine = z.infer<typeof lineSchema>;

/** Lines are gathered to so many characters before they are written. */
const gatheredCharacters = 64 * 1024;

export interface CopyListWriter {
  add(line: CopyLine): Promise<void>;
  /** Writes the last line and makes all of them durable. */
  finish(files: number, bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** Begins the list anew: what an earlier try made was thrown away with it. */
export const writeCopyList = async (path: string): Promise<CopyListWriter> => {
  const handle: FileHandle = await open(path, 'w', 0o600);
  let gathered = '';
  const flush = async (): Promise<void> => {
    const text = gathered;
    gathered = '';
    await handle.appendFile(text, 'utf8');
  };
  return {
    add: async (line) => {
      gathered += `${JSON.stringify(line)}\n`;
      if (gathered.length >= gatheredCharacters) await flush();
    },
    finish: async (files, bytes) => {
      gathered += `${JSON.stringify({ kind: 'whole', files, bytes } satisfies CopyLine)}\n`;
      await flush();
      await handle.sync();
    },
    close: () => handle.close(),
  };
};

export interface CopyList {
  readonly lines: readonly CopyLine[];
  /** null: the copy was cut off before it was whole, so that nothing was put in its place. */
  readonly whole: Extract<CopyLine, { kind: 'whole' }> | null;
}

export const readCopyList = async (path: string): Promise<CopyList> => {
  const lines = (await readWholeLines(path)).map((line) => lineSchema.parse(JSON.parse(line)));
  const last = lines.at(-1);
  return { lines, whole: last?.kind === 'whole' ? last : null };
};
