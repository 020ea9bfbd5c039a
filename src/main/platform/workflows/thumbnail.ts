import { StudioError } from '#contract/errors.ts';
import type { MakeThumbnail } from '#core/ports/workflow-store.ts';

/** Sharp on screens of twice the density, and small enough to stand in the file of its workflow. */
const side = 480;
const quality = 78;
const maxBytes = 64 * 1024 ** 2;
const maxPixels = 178_956_970;
const maxSeconds = 30;

const noPicture = (reason: string, cause?: unknown): StudioError =>
  new StudioError('INPUT_INVALID', 'The file is no picture that can be read.', { details: { reason }, cause });

const readAll = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw noPicture('too-large');
    // A reader may use its memory again for the next piece.
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks);
};

/** A WebP of 480 pixels at most; of an animation its first picture. */
export const makeThumbnail: MakeThumbnail = async (picture) => {
  const bytes = await readAll(picture);
  const { default: sharp } = await import('sharp');
  try {
    const small = await sharp(bytes, { limitInputPixels: maxPixels })
      .timeout({ seconds: maxSeconds })
      .rotate()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality })
      .toBuffer();
    return { contentType: 'image/webp', bytes: small };
  } catch (error) {
    // What sharp throws for what it cannot read has no code of its own.
    throw noPicture('unreadable', error);
  }
};
