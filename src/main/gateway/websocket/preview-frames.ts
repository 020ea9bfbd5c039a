import { isObject } from '#core/shared/json-object.ts';

const imageType = (metadata: Uint8Array): string => {
  try {
    const value: unknown = JSON.parse(Buffer.from(metadata).toString('utf8'));
    return isObject(value) && typeof value['image_type'] === 'string' ? value['image_type'] : 'image/jpeg';
  } catch (error) {
    if (error instanceof SyntaxError) return 'image/jpeg';
    throw error;
  }
};

/**
 * A preview with metadata (type 4) as one without (type 1), for clients that did not say that they read the other; all else as it is,
 * and null for a frame that is cut (comfyui-protocol.md 3.6).
 */
export const toLegacyPreview = (bytes: Uint8Array): Uint8Array | null => {
  if (bytes.byteLength < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== 4) return bytes;
  const metadataEnd = 8 + view.getUint32(4);
  if (metadataEnd > bytes.byteLength) return null;
  const head = Buffer.alloc(8);
  head.writeUInt32BE(1, 0);
  head.writeUInt32BE(imageType(bytes.subarray(8, metadataEnd)) === 'image/png' ? 2 : 1, 4);
  return Buffer.concat([head, bytes.subarray(metadataEnd)]);
};
