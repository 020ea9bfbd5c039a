import type { CallHandlers } from '#contract/handlers.ts';
import type { Gallery } from '#core/gallery/gallery.ts';

type GalleryHandlers = Pick<CallHandlers, Extract<keyof CallHandlers, `gallery.${string}`>>;

export const createGalleryHandlers = (gallery: Gallery): GalleryHandlers => ({
  'gallery.list': (page) => gallery.list(page),
  'gallery.ids': ({ offset, limit, ...filter }) => ({ itemIds: gallery.ids(filter, offset, limit) }),
  'gallery.get': ({ itemId }) => gallery.get(itemId),
  'gallery.neighbours': ({ itemId, ...filter }) => gallery.neighbours(filter, itemId),
  'gallery.prompt': async ({ itemId }) => ({ prompt: await gallery.prompt(itemId) }),
  'gallery.facets': () => gallery.facets(),
  'gallery.scan': () => {
    gallery.scan();
    return {};
  },
  'gallery.trash': ({ itemIds }) => gallery.trash(itemIds),
  'gallery.restore': ({ trashId }) => gallery.restore(trashId),
});
