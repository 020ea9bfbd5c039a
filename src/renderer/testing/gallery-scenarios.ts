import { StudioError } from '#contract/errors.ts';
import { fleetContents } from './fleet-scenario.ts';
import { galleryItem, galleryItems } from './gallery-fixtures.ts';
import type { Scenario } from './scenarios.ts';
import { emptyContents } from './studio-fixture.ts';

const contents = { ...fleetContents, gallery: galleryItems(), description: { capabilities: ['open-path' as const] } };

/** What the gallery can show. */
export const galleryScenarios: Readonly<Record<string, Scenario>> = {
  gallery: { contents },
  'gallery-many': { contents: { ...contents, gallery: galleryItems(4000) } },
  'gallery-scanning': {
    contents: {
      ...contents,
      galleryStatus: {
        isScanning: true,
        unread: 12_480,
        unreachableFolders: ['/mnt/renders/output'],
        isTruncated: true,
      },
    },
  },
  'gallery-searching': { contents: { ...emptyContents, galleryStatus: { isScanning: true } } },
  'gallery-no-undo': { contents: { ...contents, galleryStatus: { canRestore: false } } },
  'gallery-failing': {
    contents: { ...contents, gallery: [galleryItem(1)], galleryFault: 'STORE_READ_FAILED' },
    handlers: {
      'gallery.get': () => {
        throw new StudioError('GALLERY_ITEM_NOT_FOUND');
      },
      'gallery.trash': ({ itemIds }) => ({
        trashId: null,
        moved: 0,
        failed: itemIds.map((itemId) => ({ itemId, reason: 'refused' as const })),
      }),
    },
  },
};
