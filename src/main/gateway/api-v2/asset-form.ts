import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { StudioError } from '#contract/errors.ts';
import { limitedBody } from '../access/body-chunks.ts';
import { type ApiRefusal, refusal } from './answers.ts';

/** What stands before the file in the form of an asset. */
export interface AssetFields {
  readonly contentType: string;
  readonly filePath: string;
  readonly expectedHash: string | null;
  readonly tags: readonly string[];
}

const limits = { fields: 50, fieldSize: 16 * 1024, files: 1, parts: 51, headerPairs: 50, headerSize: 16 * 1024 };
export const maxPathLength = 1024;
const maxTypeLength = 255;

/** A media type that can stand in a header (RFC 9110, 8.3.1). */
const mediaType =
  /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:[\t ]*;[\t ]*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"[\t !#-[\]-~]*"))*$/u;

/** As many tags as an asset has, each of a bounded length. */
export const readTags = (values: readonly unknown[]): readonly string[] =>
  values
    .filter((value) => typeof value === 'string')
    .slice(0, 20)
    .map((tag) => tag.slice(0, 200));

export const isMediaType = (text: string): boolean => text.length <= maxTypeLength && mediaType.test(text);

const invalidField = (field: string, message: string): ApiRefusal => refusal('invalid_request', message, { field });

const readFields = (fields: ReadonlyMap<string, readonly string[]>): AssetFields | ApiRefusal => {
  const only = (name: string): string => fields.get(name)?.at(-1) ?? '';
  const [contentType, filePath] = [only('content_type'), only('file_path')];
  for (const [name, value] of [
    ['content_type', contentType],
    ['file_path', filePath],
  ] as const)
    if (value === '') return invalidField(name, `${name} is required and must be sent before the file field.`);
  if (!isMediaType(contentType)) return invalidField('content_type', 'content_type is no media type.');
  if (filePath.length > maxPathLength)
    return invalidField('file_path', `file_path is longer than ${maxPathLength} characters.`);
  return {
    contentType,
    filePath,
    expectedHash: fields.has('expected_hash') ? only('expected_hash').toLowerCase() : null,
    tags: readTags(fields.get('tags') ?? []),
  };
};

const isRefusal = (value: unknown): value is ApiRefusal =>
  typeof value === 'object' && value !== null && !(value instanceof Error) && 'code' in value && 'message' in value;

type Parser = InstanceType<typeof Busboy>;

/** The parser for a form; null for a body that is none, or has no boundary. */
const createParser = (contentType: string): Parser | null => {
  if (!/^multipart\/form-data\s*;/iu.test(contentType)) return null;
  try {
    return new Busboy({ headers: { 'content-type': contentType }, preservePath: true, limits });
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
};

interface ReadFormOptions<Taken> {
  /** Of the whole body. */
  readonly maxBytes: number;
  /** Gets the file as a stream as soon as it begins, and must read it. */
  readonly take: (fields: AssetFields, file: AsyncIterable<unknown>) => Promise<Taken>;
}

/** What the parser tells, as it tells it. `stop` hears of whatever makes reading on useless. */
const collect = <Taken>(
  parser: Parser,
  { take }: ReadFormOptions<Taken>,
  stop: (reason: unknown) => void,
): { readonly taken: () => Promise<Taken> | null; readonly breakOff: (reason: Error) => Promise<void> } => {
  const fields = new Map<string, string[]>();
  const open = new Set<BusboyFileStream>();
  let taken: Promise<Taken> | null = null;
  parser.on('field', (name, value) => {
    fields.set(name, [...(fields.get(name) ?? []), value]);
  });
  parser.on('file', (name, file) => {
    open.add(file);
    file.once('close', () => open.delete(file));
    // A part that breaks off is told by the parser, too; whoever reads the stream hears of it as well.
    file.on('error', () => undefined);
    const read =
      name === 'file' ? readFields(fields) : refusal('invalid_request', 'The file field must be named file.');
    if (isRefusal(read)) {
      stop(read);
      return;
    }
    taken = take(read, file);
    taken.catch(stop);
  });
  return {
    taken: () => taken,
    breakOff: async (reason) => {
      for (const file of open) file.destroy(reason);
      await Promise.allSettled([taken]);
    },
  };
};

/** Why a form could not be read: what `take` or the limit says goes on, what the sender did is refused. */
const refusalOf = (error: unknown): ApiRefusal => {
  if (isRefusal(error)) return error;
  if (error instanceof StudioError && error.code !== 'CONNECTION_LOST') throw error;
  return refusal('invalid_request', 'The form is not complete.');
};

/**
 * Reads the multipart form of an asset. A form without a file, or with something missing before it, is refused; where the form breaks off or
 * `take` fails, reading ends at once and the stream of `take` with it. INPUT_TOO_LARGE, and what `take` fails with.
 */
export const readAssetForm = async <Taken>(
  request: IncomingMessage,
  options: ReadFormOptions<Taken>,
): Promise<Taken | ApiRefusal> => {
  const parser = createParser(request.headers['content-type'] ?? '');
  if (parser === null) return refusal('invalid_request', 'The body must be multipart/form-data with a boundary.');
  const stop = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  stopped.catch(() => undefined);
  stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
  const parts = collect(parser, options, (reason) => stop.abort(reason));
  try {
    const reading = pipeline(limitedBody(request, options.maxBytes), parser, { signal: stop.signal });
    reading.catch(() => undefined);
    // A sender that says nothing more keeps the body open, but not the answer.
    await Promise.race([reading, stopped]);
    return (await parts.taken()) ?? refusal('invalid_request', 'The form has no file.');
  } catch (error) {
    const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
    await parts.breakOff(reason instanceof Error ? reason : new Error('the form is not complete'));
    return refusalOf(reason);
  }
};
