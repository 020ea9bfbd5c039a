import type { MigrationRemark } from '#contract/models/migration.ts';
import { findingRemark, type ScanContext } from './scan-context.ts';

/** A file that was looked for: its content, nothing, or why not. */
export type FileLook<Content> =
  | { readonly kind: 'read'; readonly content: Content }
  | { readonly kind: 'missing' }
  | { readonly kind: 'remark'; readonly remark: MigrationRemark };

const unreadable = (path: string, reason: string): MigrationRemark =>
  findingRemark('unreadable-file', 'warning', `${path} cannot be read (${reason}).`, { path, reason });

export const damagedFile = (path: string, what = 'the file'): MigrationRemark =>
  findingRemark('damaged-file', 'warning', `${path}: ${what} is damaged or only half written.`, { path, what });

export const readTextFile = async (path: string, context: ScanContext): Promise<FileLook<string>> => {
  const reading = await context.reader.text(path);
  switch (reading.kind) {
    case 'text':
      return { kind: 'read', content: reading.text };
    case 'missing':
      return { kind: 'missing' };
    case 'unreadable':
      return { kind: 'remark', remark: unreadable(path, reading.reason) };
    case 'too-large':
      return { kind: 'remark', remark: unreadable(path, `${reading.bytes} bytes`) };
  }
};

const parsed = async (
  path: string,
  context: ScanContext,
  parse: (text: string) => { readonly value: unknown } | null,
): Promise<FileLook<unknown>> => {
  const look = await readTextFile(path, context);
  if (look.kind !== 'read') return look;
  const outcome = parse(look.content);
  return outcome === null ? { kind: 'remark', remark: damagedFile(path) } : { kind: 'read', content: outcome.value };
};

const parseJson = (text: string): { readonly value: unknown } | null => {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch (error) {
    // The one thing that JSON.parse throws.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

export const readJsonFile = (path: string, context: ScanContext): Promise<FileLook<unknown>> =>
  parsed(path, context, parseJson);

export const readYamlFile = (path: string, context: ScanContext): Promise<FileLook<unknown>> =>
  parsed(path, context, context.parseYaml);
