import { StudioError, toWireError } from '#contract/errors.ts';
import type { ContentAnswer, ContentHandler, ContentRequest } from '#contract/handlers.ts';
import type { GalleryContent } from '#core/gallery/gallery-content.ts';
import { conditionalHeaders } from './conditional-headers.ts';

const routed = async (content: GalleryContent, request: ContentRequest): Promise<ContentAnswer | null> => {
  const [, id, part] = /^gallery\/(\d{1,15})(\/thumbnail)?$/.exec(request.path) ?? [];
  if (id === undefined || !['GET', 'HEAD'].includes(request.method)) return null;
  const options = { headers: conditionalHeaders(request), signal: request.signal };
  return part === undefined ? content.open(Number(id), options) : content.openThumbnail(Number(id), options);
};

/** Adds GET gallery/<id> and gallery/<id>/thumbnail to the binary routes. */
export const withGallery =
  (content: ContentHandler, gallery: GalleryContent): ContentHandler =>
  async (request) => {
    try {
      return (await routed(gallery, request)) ?? (await content(request));
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
      return { status: error.status, headers, body: JSON.stringify(toWireError(error)) };
    }
  };
