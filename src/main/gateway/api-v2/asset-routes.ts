import { isObject } from '#core/shared/json-object.ts';
import type { GatewayContext } from '../context.ts';
import { type Exchange, readJson, sendFile, sendJson } from '../exchange.ts';
import type { RoutePattern } from '../routes.ts';
import { type ApiRefusal, refusal, refuseErrors, sendRefusal } from './answers.ts';
import { sendUpload } from './asset-content.ts';
import { maxPathLength, readTags } from './asset-form.ts';
import { assetDocument } from './asset-links.ts';
import { postAsset } from './asset-upload.ts';

const hashPattern = /^blake3:[0-9a-f]{64}$/u;

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
  const filePath = typeof path === 'string' && path !== '' ? path.slice(0, maxPathLength) : known.filePath;
  if (filePath === known.filePath) {
    sendJson(exchange, 200, assetDocument(known, clock.now(), false));
    return;
  }
  const named = Array.isArray(tags) ? readTags(tags) : known.tags;
  const record = { ...known, id: makeId(), filePath, tags: named, createdAt: clock.now() };
  await assets.add(record);
  sendJson(exchange, 201, assetDocument(record, clock.now(), false));
};

const headByHash: RoutePattern['methods'][string] = ({ api }, { response }, { hash = '' }) => {
  response.writeHead(api.assets.byHash(hash.toLowerCase()) === undefined ? 404 : 200, { 'content-length': '0' });
  response.end();
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
