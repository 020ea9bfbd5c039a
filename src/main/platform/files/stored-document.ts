import { z } from 'zod';

/** One kind of document: its newest shape, and how older files become it. */
export interface DocumentDefinition<Document> {
  /** Name of the file without `.json`. */
  readonly name: string;
  readonly schema: z.ZodType<Document>;
  /** Step n turns version n + 1 into n + 2; the newest version is one more than the number of steps. */
  readonly upgrades: readonly ((document: unknown) => unknown)[];
  /** What a studio without the file starts with. */
  readonly empty: Document;
}

/** What the text of a file turned out to be. */
export type ReadDocument<Document> =
  | { readonly kind: 'good'; readonly document: Document; readonly version: number }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'damaged'; readonly reason: string };

export const currentVersion = (definition: Pick<DocumentDefinition<unknown>, 'upgrades'>): number =>
  definition.upgrades.length + 1;

const envelopeSchema = z.object({ version: z.int().positive(), document: z.unknown() });

const parseJson = (text: string): { value: unknown } | { reason: string } => {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: text.trim() === '' ? 'empty file' : 'not JSON' };
    throw error;
  }
};

const upgrade = (document: unknown, steps: readonly ((document: unknown) => unknown)[]): { value: unknown } | null => {
  try {
    return { value: steps.reduce((older, step) => step(older), document) };
  } catch (error) {
    // A step meets a document that is not of the version it claims to be.
    if (error instanceof TypeError || error instanceof z.ZodError) return null;
    throw error;
  }
};

/** Reads and upgrades the text of a file. A newer version is told apart from damage, because it must never be touched. */
export const readDocument = <Document>(
  text: string,
  definition: DocumentDefinition<Document>,
): ReadDocument<Document> => {
  const json = parseJson(text);
  if ('reason' in json) return { kind: 'damaged', reason: json.reason };
  const envelope = envelopeSchema.safeParse(json.value);
  if (!envelope.success) return { kind: 'damaged', reason: 'no version number' };
  const { version, document } = envelope.data;
  if (version > currentVersion(definition)) return { kind: 'newer', version };
  const upgraded = upgrade(document, definition.upgrades.slice(version - 1));
  if (upgraded === null) return { kind: 'damaged', reason: `cannot be upgraded from version ${version}` };
  const parsed = definition.schema.safeParse(upgraded.value);
  if (parsed.success) return { kind: 'good', document: parsed.data, version };
  const issue = parsed.error.issues[0];
  return { kind: 'damaged', reason: `wrong content at ${issue?.path.join('.') || 'the top'}` };
};

/** The text of a file in the newest version, or null when the document does not fit its own schema and would not load again. */
export const writeDocument = <Document>(
  document: Document,
  definition: DocumentDefinition<Document>,
): string | null => {
  const text = `${JSON.stringify({ version: currentVersion(definition), document }, null, 2)}\n`;
  return readDocument(text, definition).kind === 'good' ? text : null;
};
