import type { Readable } from 'node:stream';
import { createBLAKE3 } from 'hash-wasm';
import type { AssetRecord } from '#core/ports/asset-store.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import { readByteRange } from '#core/shared/byte-range.ts';
import { isObject } from '#core/shared/json-object.ts';
import type { GatewayContext } from '../context.ts';
import { type Exchange, readJson, sendFile, sendJson } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';
import { type ApiRefusal, refusal, refuseErrors, sendRefusal } from './answers.ts';
import { type AssetFields, readAssetForm } from './asset-form.ts';
import { contentLink } from './asset-links.ts';
import { idOfKey } from './named-ids.ts';

/** Links do not end; the official API wants to know when. */
const linkMs = 86_400_000;

const iso = (at: number): string => new Date(at).toISOString();

/** An uploaded asset as a client reads it. */
export const assetDocument = (record: AssetRecord, now: number, createdNew?: boolean) => ({
  id: record.id,
  hash: record.hash,
  size_bytes: record.sizeBytes,
  content_type: record.contentType,
  file_path: record.filePath,
  ...(createdNew === undefined ? {} : { created_new: createdNew }),
  created_at: iso(record.createdAt),
  url: contentLink(record.id),
  url_expires_at: iso(now + linkMs),
  expires_at: null,
});

const hashPattern = /^blake3:[0-9a-f]{64}$/u;

interface Written {
  readonly uploadId: string;
  readonly sizeBytes: number;
  readonly hash: string;
}

/** Writes a stream to the uploads and hashes it on the way. */
const write = async (
  inputs: Pick<InputStore, 'put'>,
  file: Readable,
  options: Parameters<InputStore['put']>[1],
): Promise<Written> => {
  const hasher = await createBLAKE3();
  const hashed = async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of file) {
      if (!Buffer.isBuffer(chunk)) continue;
      hasher.update(chunk);
      yield chunk;
    }
  };
  const { uploadId, sizeBytes } = await inputs.put(hashed(), options);
  return { uploadId, sizeBytes, hash: `blake3:${hasher.digest('hex')}` };
};

const keyOf = ({ request }: Exchange): string | null => {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key.slice(0, 300) : null;
};

const reused = (): ApiRefusal =>
  refusal('idempotency_key_reuse', 'A request with this Idempotency-Key was taken already.');

const isRefusal = (value: object): value is ApiRefusal => 'code' in value && 'message' in value;

const postAsset = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const { inputs, settings, clock, makeId } = context;
  const { assets } = context.api;
  const key = keyOf(exchange);
  const id = key === null ? makeId() : idOfKey('asset', key);
  if (assets.find(id) !== undefined) {
    sendRefusal(exchange, reused());
    return;
  }
  const take = async (fields: AssetFields, file: Readable): Promise<AssetRecord | ApiRefusal> => {
    const { contentType, filePath, expectedHash, tags } = fields;
    const maxBytes = settings().gatewayMaxUploadBytes;
    const { uploadId, sizeBytes, hash } = await write(inputs, file, { contentType, maxBytes, signal: exchange.signal });
    // Bytes that nobody holds are removed by the store after a while.
    if (expectedHash !== null && expectedHash !== hash)
      return refusal('hash_mismatch', 'The bytes have another hash than expected_hash.', {
        expected: expectedHash,
        hash,
      });
    return { id, hash, sizeBytes, contentType, filePath, tags, createdAt: clock.now(), uploadId };
  };
  const taken = await readAssetForm(exchange, take);
  if (isRefusal(taken)) {
    sendRefusal(exchange, taken);
    return;
  }
  const isNew = assets.byHash(taken.hash) === undefined;
  await assets.add(taken);
  sendJson(exchange, isNew ? 201 : 200, assetDocument(taken, clock.now(), isNew));
};

const fromHash = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const { clock, makeId } = context;
  const { assets } = context.api;
  const body = await readJson(exchange);
  const value = body.kind === 'json' && isObject(body.value) ? body.value : {};
  const { hash, file_path: path, tags } = value;
  if (typeof hash !== 'string' || !hashPattern.test(hash)) {
    sendRefusal(exchange, refusal('invalid_request', 'hash must be blake3:<64 hexadecimal digits>.'));
    return;
  }
  const known = assets.byHash(hash);
  if (known === undefined) {
    sendRefusal(exchange, refusal('blob_not_found', 'There are no bytes with this hash.', { hash }));
    return;
  }
  const filePath = typeof path === 'string' && path !== '' ? path.slice(0, 1024) : known.filePath;
  if (filePath === known.filePath) {
    sendJson(exchange, 200, assetDocument(known, clock.now(), false));
    return;
  }
  const named = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string').slice(0, 20) : known.tags;
  const record = { ...known, id: makeId(), filePath, tags: named, createdAt: clock.now() };
  await assets.add(record);
  sendJson(exchange, 201, assetDocument(record, clock.now(), false));
};

const headByHash: RoutePattern['methods'][string] = ({ api }, { response }, { hash = '' }) => {
  response.writeHead(api.assets.byHash(hash.toLowerCase()) === undefined ? 404 : 200, { 'content-length': '0' });
  response.end();
};

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

const sendUpload = async ({ inputs }: GatewayContext, exchange: Exchange, record: AssetRecord): Promise<void> => {
  const { body, sizeBytes } = await inputs.open(record.uploadId);
  const range = readByteRange(exchange.request.headers.range, sizeBytes);
  const headers = {
    'content-type': record.contentType,
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

const noAsset = (assetId: string): ApiRefusal => refusal('not_found', 'There is no such asset.', { id: assetId });

const getAsset = async (
  context: GatewayContext,
  exchange: Exchange,
  { assetId = '' }: Readonly<Record<string, string>>,
): Promise<void> => {
  const now = context.clock.now();
  const record = context.api.assets.find(assetId);
  const document = record === undefined ? await context.api.outputs.find(assetId) : assetDocument(record, now);
  if (document === null) sendRefusal(exchange, noAsset(assetId));
  else sendJson(exchange, 200, document);
};

const getContent = async (
  context: GatewayContext,
  exchange: Exchange,
  { assetId = '' }: Readonly<Record<string, string>>,
): Promise<void> => {
  const record = context.api.assets.find(assetId);
  if (record !== undefined) {
    await sendUpload(context, exchange, record);
    return;
  }
  const { range } = exchange.request.headers;
  const options = { headers: range === undefined ? {} : { range }, signal: exchange.signal };
  const answer = await context.api.outputs.open(assetId, options);
  if (answer === null) sendRefusal(exchange, noAsset(assetId));
  else await sendFile(exchange, answer);
};

const deleteAsset = async (
  context: GatewayContext,
  exchange: Exchange,
  { assetId = '' }: Readonly<Record<string, string>>,
): Promise<void> => {
  const removed = await context.api.assets.remove(assetId);
  if (removed === 'removed') {
    exchange.response.writeHead(204);
    exchange.response.end();
    return;
  }
  const isOutput = removed === 'unknown' && (await context.api.outputs.find(assetId)) !== null;
  const inUse = refusal('asset_in_use', 'The asset is needed by a job.', { id: assetId });
  sendRefusal(exchange, removed === 'in-use' || isOutput ? inUse : noAsset(assetId));
};

/** Files that the official API's clients bring and fetch (Comfy API v2). */
export const apiAssetRoutes: readonly RoutePattern[] = [
  { path: '/v2/assets', methods: { POST: refuseErrors(postAsset) } },
  { path: '/v2/assets/from-hash', methods: { POST: refuseErrors(fromHash) } },
  { path: '/v2/assets/by-hash/:hash', methods: { GET: headByHash } },
  { path: '/v2/assets/:assetId', methods: { GET: refuseErrors(getAsset), DELETE: refuseErrors(deleteAsset) } },
  { path: '/v2/assets/:assetId/content', methods: { GET: refuseErrors(getContent) } },
];
