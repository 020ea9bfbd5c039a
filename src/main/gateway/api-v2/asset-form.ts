import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { type Exchange } from '../exchange.ts';
import { type ApiRefusal, refusal } from './answers.ts';

/** What stands before the file in the form of an asset. */
export interface AssetFields {
  readonly contentType: string;
  readonly filePath: string;
  readonly expectedHash: string | null;
  readonly tags: readonly string[];
}

const maxFields = 50;
const maxFieldBytes = 16 * 1024;
const maxTags = 20;
const maxPathLength = 1024;

const readFields = (fields: ReadonlyMap<string, readonly string[]>): AssetFields | ApiRefusal => {
  const only = (name: string): string => fields.get(name)?.at(-1) ?? '';
  for (const [name, value] of [
    ['content_type', only('content_type')],
    ['file_path', only('file_path')],
  ] as const) {
    if (value === '' || value.length > maxPathLength)
      return refusal('invalid_request', `${name} is required and must be sent before the file field`, { field: name });
  }
  return {
    contentType: only('content_type'),
    filePath: only('file_path'),
    expectedHash: fields.has('expected_hash') ? only('expected_hash').toLowerCase() : null,
    tags: (fields.get('tags') ?? []).slice(0, maxTags).map((tag) => tag.slice(0, 200)),
  };
};

const isRefusal = (value: AssetFields | ApiRefusal): value is ApiRefusal => 'code' in value;

/**
 * Reads the multipart form of an asset; `take` gets its file as a stream as soon as it begins, and must read it. A form without one,
 * or with something missing before it, is refused; one that breaks off fails whatever `take` does with the stream.
 */
export const readAssetForm = async <Taken>(
  { request, signal }: Exchange,
  take: (fields: AssetFields, file: Readable) => Promise<Taken>,
): Promise<Taken | ApiRefusal> => {
  const contentType = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;.*boundary=/isu.test(contentType))
    return refusal('invalid_request', 'The body must be multipart/form-data.');
  const form = new Busboy({
    headers: { ...request.headers, 'content-type': contentType },
    limits: { fields: maxFields, fieldSize: maxFieldBytes, files: 1, parts: maxFields + 1 },
  });
  const fields = new Map<string, string[]>();
  let taken: Promise<Taken | ApiRefusal> | null = null;
  const reading: { file?: Readable } = {};
  form.on('field', (name, value) => {
    fields.set(name, [...(fields.get(name) ?? []), value]);
  });
  form.on('file', (name, file) => {
    const read = readFields(fields);
    if (name === 'file' && taken === null && !isRefusal(read)) {
      reading.file = file;
      taken = take(read, file);
      // It is awaited below; until then a failure must not go unheard.
      taken.catch(() => undefined);
      return;
    }
    taken ??= Promise.resolve(
      isRefusal(read) ? read : refusal('invalid_request', 'The file field must be named file.'),
    );
    file.resume();
  });
  const abort = (): void => {
    form.destroy(new Error('the client is gone'));
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await pipeline(request, form);
  } catch {
    // A file that stops in the middle must fail whoever reads it, so that nothing of it is kept.
    reading.file?.destroy(new Error('the form is not complete'));
    await Promise.resolve(taken).catch(() => undefined);
    return refusal('invalid_request', 'The form is not complete.');
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return taken ?? refusal('invalid_request', 'The form has no file.');
};
