import { isObject } from '#core/shared/json-object.ts';

/** What a preview says of itself (type 4): node_id, prompt_id, display_node_id, image_type, ... */
export type PictureMetadata = Readonly<Record<string, unknown>>;

/** A binary frame of an instance by what it carries (comfyui-protocol.md 3.6). */
export type BinaryFrame =
  /** Types 1 and 4; `metadata` is null for type 1, which names neither prompt nor node. */
  | {
      readonly kind: 'picture';
      readonly metadata: PictureMetadata | null;
      readonly isPng: boolean;
      readonly picture: Uint8Array;
      readonly bytes: Uint8Array;
    }
  /** Types 2 and 3, which pass as they are. */
  | { readonly kind: 'other'; readonly bytes: Uint8Array };

const headBytes = 8;
const pngFormat = 2;
const jpegFormat = 1;

const parseMetadata = (bytes: Uint8Array): PictureMetadata => {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    return isObject(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
};

/** Null for a frame that is cut, or of a type that no client knows. */
export const readBinaryFrame = (bytes: Uint8Array): BinaryFrame | null => {
  if (bytes.byteLength < headBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const second = view.getUint32(4);
  switch (view.getUint32(0)) {
    case 1:
      return {
        kind: 'picture',
        metadata: null,
        isPng: second === pngFormat,
        picture: bytes.subarray(headBytes),
        bytes,
      };
    case 2:
    case 3:
      return { kind: 'other', bytes };
    case 4: {
      const end = headBytes + second;
      if (end > bytes.byteLength) return null;
      const metadata = parseMetadata(bytes.subarray(headBytes, end));
      const isPng = metadata['image_type'] === 'image/png';
      return { kind: 'picture', metadata, isPng, picture: bytes.subarray(end), bytes };
    }
    default:
      return null;
  }
};

const frame = (type: number, second: number, parts: readonly Uint8Array[]): Uint8Array => {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(type, 0);
  head.writeUInt32BE(second, 4);
  return Buffer.concat([head, ...parts]);
};

/** As a client reads it that did not say that it knows previews with metadata: type 4 becomes type 1, all else is as it was. */
export const legacyBytes = (read: BinaryFrame): Uint8Array =>
  read.kind === 'other' || read.metadata === null
    ? read.bytes
    : frame(1, read.isPng ? pngFormat : jpegFormat, [read.picture]);

/** A picture with metadata, as an instance would send it for the prompt and the node that the metadata names. */
export const pictureFrame = (
  metadata: PictureMetadata,
  { isPng, picture }: { readonly isPng: boolean; readonly picture: Uint8Array },
): BinaryFrame => {
  const whole = { ...metadata, image_type: isPng ? 'image/png' : 'image/jpeg' };
  const text = Buffer.from(JSON.stringify(whole), 'utf8');
  return { kind: 'picture', metadata: whole, isPng, picture, bytes: frame(4, text.byteLength, [text, picture]) };
};
