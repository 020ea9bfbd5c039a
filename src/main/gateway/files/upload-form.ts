import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { StudioError } from '#contract/errors.ts';
import type { StoredInput } from '#core/ports/input-store.ts';

export interface UploadedFile extends StoredInput {
  readonly fileName: string;
}

/** The parts of a form that an upload looks at; of several with one name, the first. */
export interface UploadForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: UploadedFile | null;
}

export interface ReadFormOptions {
  /** The field that carries the file; others are read to their end and let go. */
  readonly fileField: string;
  /** Of the whole body. */
  readonly maxBytes: number;
  readonly store: (body: AsyncIterable<Uint8Array>, contentType: string) => Promise<StoredInput>;
}

const limits = { fieldSize: 1024 ** 2, fields: 100, files: 20, parts: 120, headerPairs: 50, headerSize: 16 * 1024 };

const tooLarge = (maxBytes: number): StudioError =>
  new StudioError('INPUT_TOO_LARGE', undefined, { details: { maxBytes } });

const brokenForm = (reason: string, cause?: unknown): StudioError =>
  new StudioError('INPUT_INVALID', 'The form is broken.', { details: { reason }, cause });

/** The body as it comes. The request outlives an early end of it, so that it can still be answered. */
async function* bodyOf(request: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

/** aiohttp drops slashes in front of a name, and leaves all else in it as it came (comfyui-protocol.md 4.8). */
const nameAsGiven = (fileName: string): string => fileName.replace(/^[/\\]+/u, '');

const isForm = (contentType: string): boolean => /^multipart\/form-data\b/iu.test(contentType);

type Parser = InstanceType<typeof Busboy>;

/** As the parser tells of a file; one without a name has none, whatever the parser's types say. */
type FilePart = [name: string, stream: BusboyFileStream, fileName: string | undefined, encoding: string, type: string];

const createParser = (contentType: string): Parser => {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, preservePath: true, limits });
  } catch (error) {
    throw brokenForm('no-boundary', error);
  }
};

/** What the parser tells, as it tells it. `onFailure` hears of a store that fails, which stops reading. */
const collect = (parser: Parser, { fileField, store }: ReadFormOptions, onFailure: (error: unknown) => void) => {
  const fields = new Map<string, string>();
  const open = new Set<BusboyFileStream>();
  const found: Promise<UploadedFile>[] = [];
  parser.on('field', (name, value) => {
    if (!fields.has(name)) fields.set(name, value);
  });
  parser.on('file', (...[name, stream, fileName, , contentType]: FilePart) => {
    open.add(stream);
    stream.once('close', () => open.delete(stream));
    // A part that breaks off is told by the parser, too; whoever reads the stream hears of it as well.
    stream.on('error', () => undefined);
    const isNamed = fileName !== undefined && fileName !== '';
    if (name !== fileField || found.length > 0 || !isNamed) {
      // A file without a name is a field to ComfyUI.
      if (!isNamed && !fields.has(name)) fields.set(name, '');
      stream.resume();
      return;
    }
    const stored = store(stream, contentType).then((input) => ({ ...input, fileName: nameAsGiven(fileName) }));
    stored.catch(onFailure);
    found.push(stored);
  });
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
    parser.on(limit, () => onFailure(brokenForm('too-many-parts')));
  return {
    fields,
    stored: async () => (await Promise.all(found))[0] ?? null,
    breakOff: async (reason: Error): Promise<void> => {
      for (const stream of open) stream.destroy(reason);
      await Promise.allSettled(found);
    },
  };
};

/** A form that was cut off and a sender that went away look alike to whoever reads the file. */
const failureOf = (request: IncomingMessage, error: unknown): StudioError => {
  if (error instanceof StudioError && error.code !== 'CONNECTION_LOST') return error;
  if (request.destroyed && !request.complete) return new StudioError('CONNECTION_LOST', undefined, { cause: error });
  return brokenForm('cut-off', error);
};

/**
 * Reads a multipart form as it comes, its file straight into `store`. Any other body is an empty form. INPUT_TOO_LARGE, INPUT_INVALID for
 * one that is broken or cut off, CONNECTION_LOST where the sender went away, and what `store` fails with; nothing is kept then.
 */
export const readUploadForm = async (request: IncomingMessage, options: ReadFormOptions): Promise<UploadForm> => {
  const contentType = request.headers['content-type'] ?? '';
  if (!isForm(contentType)) return { fields: new Map(), file: null };
  if (Number(request.headers['content-length'] ?? 0) > options.maxBytes) throw tooLarge(options.maxBytes);
  const parser = createParser(contentType);
  const stop = new AbortController();
  const parts = collect(parser, options, (error) => stop.abort(error));
  const body = Readable.from(bodyOf(request, options.maxBytes), { objectMode: false });
  try {
    await pipeline(body, parser, { signal: stop.signal });
    return { fields: parts.fields, file: await parts.stored() };
  } catch (error) {
    const failure = failureOf(request, stop.signal.aborted ? stop.signal.reason : error);
    await parts.breakOff(failure);
    throw failure;
  }
};
