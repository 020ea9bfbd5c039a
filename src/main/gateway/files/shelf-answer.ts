import type { FileAnswer } from '#core/ports/comfy-client.ts';
import type { NamedUpload } from '#core/ports/upload-names.ts';
import { answerHead } from '#core/shared/file-headers.ts';
import type { GatewayContext } from '../context.ts';
import { convertPicture, isConversion, type ViewQuery } from './picture-wish.ts';

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** A file of the shelf as /view answers for it; its content is what its tag names. */
export const openShelfFile = async (
  { shelf, pictures }: Pick<GatewayContext, 'shelf' | 'pictures'>,
  entry: NamedUpload,
  {
    headers,
    query,
    signal,
  }: {
    readonly headers: Readonly<Record<string, string>>;
    readonly query: ViewQuery;
    readonly signal: AbortSignal;
  },
): Promise<FileAnswer> => {
  const { path, sizeBytes, uploadId, storedAt } = entry;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (isConversion(query)) {
    const { body } = await shelf.open(entry);
    return convertPicture(pictures, { name, answer: { status: 200, headers: {}, body }, query, signal });
  }
  const etag = `"${uploadId.slice(0, 32)}-${sizeBytes.toString(16)}"`;
  const { status, headers: answered, bytes } = answerHead({ name, sizeBytes, etag, modifiedAtMs: storedAt }, headers);
  const body = bytes === null ? nothing() : (await shelf.open(entry, bytes)).body;
  return { status, headers: answered, body };
};
