import type { CallOutput } from '#contract/calls/index.ts';
import { StudioError } from '#contract/errors.ts';
import type { GalleryLocation, TrashedFile } from '#core/ports/gallery.ts';
import type { GalleryDependencies } from './gallery-dependencies.ts';

type TrashOutcome = CallOutput<'gallery.trash'>;
type Reason = TrashOutcome['failed'][number]['reason'];

/** Moves results to the trash, and back. */
export interface TrashDesk {
  trash(itemIds: readonly number[]): Promise<TrashOutcome>;
  /** GALLERY_TRASH_GONE for what this studio does not remember. */
  restore(trashId: string): Promise<CallOutput<'gallery.restore'>>;
}

type Parts = Pick<GalleryDependencies, 'index' | 'trash' | 'folders' | 'makeId'> & { readonly onChange: () => void };

interface Trashed {
  readonly itemId: number;
  readonly file: TrashedFile;
}

/** Actions that can be taken back; the oldest is forgotten first. */
const mostRemembered = 50;

export const createTrashDesk = ({ index, trash, folders, makeId, onChange }: Parts): TrashDesk => {
  const remembered = new Map<string, readonly Trashed[]>();

  /** Only output folders of instances, and those in which a job left its files. */
  const isKnownFolder = ({ folder, jobId }: GalleryLocation): boolean =>
    jobId !== null || folders().some(({ path }) => path === folder);

  const move = async (itemId: number): Promise<Trashed | Reason> => {
    const location = index.location(itemId);
    if (location === null || index.item(itemId) === null) return 'not-found';
    const { folder, subfolder, name } = location;
    if (folder === null) return 'not-a-file';
    if (!isKnownFolder(location)) return 'outside';
    try {
      const file = await trash.move(folder, { subfolder, name });
      if (file !== false) return { itemId, file };
      index.drop([itemId]);
      return 'not-found';
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      return error.code === 'INPUT_PATH_OUTSIDE' ? 'outside' : 'refused';
    }
  };

  const remember = (moved: readonly Trashed[]): string | null => {
    if (!trash.canRestore || moved.length === 0) return null;
    const trashId = makeId();
    remembered.set(trashId, moved);
    const oldest = remembered.keys().next();
    if (remembered.size > mostRemembered && oldest.done !== true) remembered.delete(oldest.value);
    return trashId;
  };

  return {
    trash: async (itemIds) => {
      const moved: Trashed[] = [];
      const failed: TrashOutcome['failed'] = [];
      for (const itemId of new Set(itemIds)) {
        const outcome = await move(itemId);
        if (typeof outcome === 'string') failed.push({ itemId, reason: outcome });
        else {
          moved.push(outcome);
          // At once, so that what is gone is not shown when a later one fails.
          index.hide([itemId]);
        }
      }
      onChange();
      return { trashId: remember(moved), moved: moved.length, failed };
    },
    restore: async (trashId) => {
      const moved = remembered.get(trashId);
      if (moved === undefined) throw new StudioError('GALLERY_TRASH_GONE');
      remembered.delete(trashId);
      const back: number[] = [];
      for (const { itemId, file } of moved) if (await trash.restore(file)) back.push(itemId);
      index.show(back);
      onChange();
      return { restored: back.length, failed: moved.length - back.length };
    },
  };
};
