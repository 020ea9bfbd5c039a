import type { AssetRecord } from '#core/ports/asset-store.ts';
import { readByteRange } from '#core/shared/byte-range.ts';
import type { GatewayContext } from '../context.ts';
import { type Exchange, sendFile } from '../exchange.ts';
import { isMediaType } from './asset-form.ts';

/** The bytes from `start` to `end`, both included. */
const slice = async function* slice(
  body: AsyncIterable<Uint8Array>,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of body) {
    const from = Math.max(0, start - at);
    const to = Math.min(chunk.byteLength, end + 1 - at);
    if (from < to) yield chunk.subarray(from, to);
    at += chunk.byteLength;
    if (at > end) return;
  }
};

/** Answers with the bytes of an asset that a client gave, or with a part of them. */
export const sendUpload = async (
  { inputs }: GatewayContext,
  exchange: Exchange,
  record: AssetRecord,
): Promise<void> => {
  const { body, sizeBytes } = await inputs.open(record.uploadId);
  const range = readByteRange(exchange.request.headers.range, sizeBytes);
  const headers = {
    // Earlier versions took any text for one.
    'content-type': isMediaType(record.contentType) ? record.contentType : 'application/octet-stream',
    'accept-ranges': 'bytes',
    etag: `"${record.hash}"`,
    'x-content-type-options': 'nosniff',
    'content-disposition': 'attachment',
  };
  if (range.kind === 'unsatisfiable') {
    await body[Symbol.asyncIterator]().return?.();
    exchange.response.writeHead(416, { 'content-range': `bytes */${sizeBytes}`, 'content-length': '0' });
    exchange.response.end();
    return;
  }
  if (range.kind === 'whole') {
    await sendFile(exchange, { status: 200, headers: { ...headers, 'content-length': String(sizeBytes) }, body });
    return;
  }
  const { start, end } = range;
  await sendFile(exchange, {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${sizeBytes}`,
    },
    body: slice(body, start, end),
  });
};
