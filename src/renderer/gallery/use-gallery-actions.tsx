import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '#contract/calls/index.ts';
import type { GalleryItem } from '#contract/models/gallery.ts';
import { useSend } from '../instances/use-instance-actions.tsx';
import { fileNameOf } from './gallery-names.ts';
import { contentUrl } from './gallery-queries.ts';

export interface GalleryActions {
  /** Moves files to the trash and offers to bring them back; answers whether any went. */
  readonly trash: (itemIds: readonly number[]) => Promise<boolean>;
  readonly download: (item: Pick<GalleryItem, 'id' | 'version' | 'name' | 'kind'>) => void;
  /** Under the names that the studio tells. */
  readonly downloadAll: (itemIds: readonly number[]) => void;
  readonly openFolder: (path: string) => void;
  readonly saveWorkflow: (itemId: number, fileName: string) => Promise<void>;
}

const undoMs = 12_000;
/** One call takes so many. */
const mostOfCall = 1000;

const saveAs = (url: string, fileName: string): void => {
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  document.body.append(link);
  link.click();
  link.remove();
};

type Outcome = CallOutput<'gallery.trash'>;

/** What can be done with results. Every failure is said. */
export const useGalleryActions = (): GalleryActions => {
  const { t } = useTranslation();
  const send = useSend();

  const restore = async (trashIds: readonly string[]): Promise<void> => {
    notifications.hide('gallery-trash');
    let [restored, failed] = [0, 0];
    for (const trashId of trashIds) {
      const outcome = await send('gallery.restore', { trashId });
      restored += outcome?.restored ?? 0;
      failed += outcome?.failed ?? 0;
    }
    if (restored > 0) notifications.show({ message: t('gallery.restored', { count: restored }) });
    if (failed > 0) notifications.show({ color: 'red', message: t('gallery.restoreFailed', { count: failed }) });
  };

  const tell = (outcomes: readonly Outcome[]): void => {
    const moved = outcomes.reduce((sum, outcome) => sum + outcome.moved, 0);
    const failed = outcomes.flatMap((outcome) => outcome.failed);
    const trashIds = outcomes.flatMap(({ trashId }) => trashId ?? []);
    if (moved > 0) {
      notifications.show({
        id: 'gallery-trash',
        autoClose: undoMs,
        message: (
          <Group justify="space-between" wrap="nowrap">
            <Text>{t('gallery.trashed', { count: moved })}</Text>
            {trashIds.length === 0 ? null : (
              <Button size="xs" variant="default" onClick={() => void restore(trashIds)}>
                {t('gallery.undo')}
              </Button>
            )}
          </Group>
        ),
      });
    }
    const [first] = failed;
    if (first !== undefined) {
      notifications.show({
        color: 'red',
        title: t('gallery.trashFailed', { count: failed.length }),
        message: t(`gallery.trashReasons.${first.reason}`),
      });
    }
  };

  return {
    trash: async (itemIds) => {
      const outcomes: Outcome[] = [];
      for (let first = 0; first < itemIds.length; first += mostOfCall) {
        const outcome = await send('gallery.trash', { itemIds: itemIds.slice(first, first + mostOfCall) });
        if (outcome === undefined) break;
        outcomes.push(outcome);
      }
      tell(outcomes);
      return outcomes.some(({ moved }) => moved > 0);
    },
    download: (item) => saveAs(contentUrl(item), fileNameOf(item)),
    downloadAll: (itemIds) => {
      for (const id of itemIds) saveAs(contentUrl({ id, version: '' }), '');
    },
    openFolder: (path) => void send('host.openPath', { path }),
    saveWorkflow: async (itemId, fileName) => {
      const answer = await send('gallery.prompt', { itemId });
      if (answer === undefined) return;
      if (answer.prompt === null) {
        notifications.show({ color: 'red', message: t('gallery.view.noWorkflow') });
        return;
      }
      const url = URL.createObjectURL(new Blob([JSON.stringify(answer.prompt, null, 2)], { type: 'application/json' }));
      saveAs(url, `${fileName.replace(/\.[^.]*$/u, '')}.json`);
      URL.revokeObjectURL(url);
    },
  };
};
