import { StudioError } from '#contract/errors.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import type { Pictures, PictureWish } from '#core/ports/pictures.ts';
import { namedDisposition } from '#core/shared/file-headers.ts';

/** The conversions that ComfyUI's /view makes (comfyui-protocol.md 4.7). */
export interface ViewQuery {
  readonly preview?: string;
  readonly channel?: string;
}

const usualQuality = 90;

const previewWish = (preview: string, channel: string): PictureWish => {
  const words = preview.split(';');
  // What may be transparent is never JPEG; a word that is no format means WebP.
  const format = words[0] === 'jpeg' && !channel.includes('a') ? 'jpeg' : 'webp';
  const last = words.at(-1) ?? '';
  const quality = /^\d{1,9}$/u.test(last) ? Math.min(100, Math.max(1, Number(last))) : usualQuality;
  return { format, quality, channels: format === 'jpeg' || channel === 'rgb' ? 'opaque' : 'all' };
};

/** What a query asks to make of a picture; null for the file as it is. */
export const wishOf = ({ preview, channel }: ViewQuery): PictureWish | null => {
  if (preview !== undefined) return previewWish(preview, channel ?? '');
  if (channel === 'rgb') return { format: 'png', quality: null, channels: 'opaque' };
  return channel === 'a' ? { format: 'png', quality: null, channels: 'alpha' } : null;
};

export const isConversion = (query: ViewQuery): boolean => wishOf(query) !== null;

/** The picture of an answer in the format that is asked for; such answers have neither validators nor ranges. INPUT_INVALID. */
export const convertPicture = async (
  pictures: Pictures,
  file: { readonly name: string; readonly answer: FileAnswer; readonly query: ViewQuery; readonly signal: AbortSignal },
): Promise<FileAnswer> => {
  const wish = wishOf(file.query);
  if (wish === null) throw new StudioError('INTERNAL', 'Nothing is to be converted.');
  const { bytes, contentType } = await pictures.convert(file.answer.body, wish, file.signal);
  return {
    status: 200,
    headers: {
      'content-type': contentType,
      'content-length': String(bytes.byteLength),
      'content-disposition': namedDisposition(file.name),
    },
    body: (async function* whole() {
      yield bytes;
    })(),
  };
};
