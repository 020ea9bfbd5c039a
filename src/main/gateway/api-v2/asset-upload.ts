import { createBLAKE3 } from 'hash-wasm';
import type { AssetRecord } from '#core/ports/asset-store.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { GatewayContext } from '../context.ts';
import { type Exchange, sendJson } from '../exchange.ts';
import { type ApiRefusal, refusal, sendRefusal } from './answers.ts';
import { type AssetFields, readAssetForm } from './asset-form.ts';
import { assetDocument } from './asset-links.ts';
import { idempotencyKeyOf, idOfKey } from './named-ids.ts';

interface Written {
  readonly uploadId: string;
  readonly sizeBytes: number;
  readonly hash: string;
}

/** Writes a stream to the uploads and hashes it on the way. */
const write = async (
  inputs: Pick<InputStore, 'put'>,
  file: AsyncIterable<unknown>,
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

const isRefusal = (value: object): value is ApiRefusal => 'code' in value && 'message' in value;

/** Reads the file of a form as the asset of an id; it is in no book yet. */
const receive = async (
  { inputs, settings, clock }: GatewayContext,
  { request, signal }: Exchange,
  id: string,
): Promise<AssetRecord | ApiRefusal> => {
  const maxBytes = settings().gatewayMaxUploadBytes;
  const take = async (fields: AssetFields, file: AsyncIterable<unknown>): Promise<AssetRecord | ApiRefusal> => {
    const { contentType, filePath, expectedHash, tags } = fields;
    const { uploadId, sizeBytes, hash } = await write(inputs, file, { contentType, maxBytes, signal });
    // Bytes that nobody holds are removed by the store after a while.
    if (expectedHash !== null && expectedHash !== hash)
      return refusal('hash_mismatch', 'The bytes have another hash than expected_hash.', {
        expected: expectedHash,
        hash,
      });
    return { id, hash, sizeBytes, contentType, filePath, tags, createdAt: clock.now(), uploadId };
  };
  return readAssetForm(request, { maxBytes, take });
};

/** POST /assets: the file of a form under a new id, or under that of its key, which is good for one request. */
export const postAsset = async (context: GatewayContext, exchange: Exchange): Promise<void> => {
  const { clock, makeId } = context;
  const { assets, submitting } = context.api;
  const key = idempotencyKeyOf(exchange.request);
  const id = key === null ? makeId() : idOfKey('asset', key);
  if (assets.find(id) !== undefined || submitting.has(id)) {
    sendRefusal(exchange, refusal('idempotency_key_reuse', 'A request with this Idempotency-Key was taken already.'));
    return;
  }
  submitting.add(id);
  try {
    const taken = await receive(context, exchange, id);
    if (isRefusal(taken)) {
      sendRefusal(exchange, taken);
      return;
    }
    const isNew = assets.byHash(taken.hash) === undefined;
    await assets.add(taken);
    sendJson(exchange, isNew ? 201 : 200, assetDocument(taken, clock.now(), isNew));
  } finally {
    submitting.delete(id);
  }
};
