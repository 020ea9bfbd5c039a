/** A picture as a file of one format. */
export interface EncodedPicture {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export type PictureFormat = 'png' | 'webp' | 'jpeg';

/** What /view can make of a picture (comfyui-protocol.md 4.7). */
export interface PictureWish {
  readonly format: PictureFormat;
  /** 1 to 100; null for a format without losses. */
  readonly quality: number | null;
  /** `alpha`: the alpha channel on black. */
  readonly channels: 'all' | 'opaque' | 'alpha';
}

/**
 * Reads and writes pictures. Every call fails with INPUT_INVALID for what is no picture, or one that is too large to unpack, with
 * CALL_TOO_MANY while too many others are worked on, and with the reason of its signal when that aborts before the work begins.
 */
export interface Pictures {
  /** At its own size. */
  convert(picture: AsyncIterable<Uint8Array>, wish: PictureWish, signal?: AbortSignal): Promise<EncodedPicture>;
  /**
   * The original with the alpha channel of the mask, as an RGBA PNG that keeps the original's text chunks (comfyui-protocol.md 4.8).
   * INPUT_INVALID where the two differ in size.
   */
  mask(
    original: AsyncIterable<Uint8Array>,
    mask: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<EncodedPicture>;
}
