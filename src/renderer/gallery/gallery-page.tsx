import { Button, Loader, Text, Title } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconPhoto, IconPhotoSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GalleryFilter, GalleryItem, GalleryStatus } from '#contract/models/gallery.ts';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { EmptyPage } from '../components/empty-page.tsx';
import { ErrorPanel } from '../components/error-panel.tsx';
import { frame } from '../theme/tokens.ts';
import { FilterBar, GridTools } from './filter-bar.tsx';
import classes from './gallery.module.css';
import { GalleryGrid } from './gallery-grid.tsx';
import { useGalleryDays, useGalleryStatus } from './gallery-queries.ts';
import { filterOf, isFiltering, noFilters } from './gallery-search.ts';
import { MarksBar } from './marks-bar.tsx';
import { useGalleryActions } from './use-gallery-actions.tsx';
import { useGalleryNavigation } from './use-gallery-navigation.ts';
import { type Marks, useMarks } from './use-marks.ts';
import { useToday } from './use-today.ts';

const ItemView = lazy(async () => ({ default: (await import('./view/item-view.tsx')).ItemView }));
const CompareView = lazy(async () => ({ default: (await import('./view/compare-view.tsx')).CompareView }));

const skeletonTiles = 24;

const GridSkeleton = (): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.skeleton} role="status" aria-label={t('gallery.loading')} aria-busy>
      {Array.from({ length: skeletonTiles }, (_, index) => (
        <div key={index} className={classes.skeletonTile} />
      ))}
    </div>
  );
};

/** What is going on in the background, and what keeps results away. */
const StatusLine = ({ status, total }: { status: GalleryStatus | undefined; total: number | undefined }): ReactNode => {
  const { t } = useTranslation();
  const work = status === undefined ? null : status.isScanning ? t('gallery.scanning') : null;
  const reading = status === undefined || status.unread === 0 ? null : t('gallery.reading', { count: status.unread });
  const now = reading ?? work;
  return (
    <div className={classes.statusLine} role="status">
      {total === undefined ? null : <span>{t('gallery.count', { count: total })}</span>}
      {now === null ? null : (
        <span className={classes.working}>
          <Loader size="xs" color="gray" aria-hidden />
          {now}
        </span>
      )}
    </div>
  );
};

const Hints = ({ status }: { status: GalleryStatus | undefined }): ReactNode => {
  const { t } = useTranslation();
  return (
    <>
      {(status?.unreachableFolders ?? []).map((folder) => (
        <Text key={folder} className={classes.hint ?? ''}>
          {t('gallery.unreachable', { folder })}
        </Text>
      ))}
      {status?.isTruncated === true ? <Text className={classes.hint ?? ''}>{t('gallery.truncated')}</Text> : null}
    </>
  );
};

const Nothing = ({ status }: { status: GalleryStatus | undefined }): ReactNode => {
  const { t } = useTranslation();
  const { search, go } = useGalleryNavigation();
  if (isFiltering(search)) {
    return (
      <EmptyPage icon={IconPhotoSearch} title={t('gallery.noMatch.title')} means={t('gallery.noMatch.means')}>
        <Button variant="default" onClick={() => go(noFilters)}>
          {t('gallery.filters.clear')}
        </Button>
      </EmptyPage>
    );
  }
  if (status?.isScanning === true) {
    return (
      <EmptyPage icon={IconPhotoSearch} title={t('gallery.searching.title')} means={t('gallery.searching.means')} />
    );
  }
  return (
    <EmptyPage icon={IconPhoto} title={t('gallery.empty.title')} means={t('gallery.empty.means')}>
      <Button component={Link} to="/run">
        {t('gallery.empty.action')}
      </Button>
    </EmptyPage>
  );
};

/** Moves to the trash at once where that can be undone, and asks first where it cannot. */
const useTrash = (canRestore: boolean, marks: Marks) => {
  const actions = useGalleryActions();
  const [asked, setAsked] = useState<readonly number[] | null>(null);
  const perform = async (itemIds: readonly number[]): Promise<void> => {
    setAsked(null);
    if (await actions.trash(itemIds)) marks.clear();
  };
  return {
    asked,
    trash: (itemIds: readonly number[]): void => {
      if (canRestore) void perform(itemIds);
      else setAsked(itemIds);
    },
    confirm: () => (asked === null ? undefined : void perform(asked)),
    cancel: () => setAsked(null),
  };
};

const TrashQuestion = ({ trashing }: { trashing: ReturnType<typeof useTrash> }): ReactNode => {
  const { t } = useTranslation();
  return (
    <ConfirmDialog
      opened={trashing.asked !== null}
      title={t('gallery.trash')}
      question={t('gallery.trashQuestion', { count: trashing.asked?.length ?? 0 })}
      means={t('gallery.trashMeans')}
      confirm={t('gallery.trash')}
      onConfirm={trashing.confirm}
      onClose={trashing.cancel}
    />
  );
};

/** What lies over the grid: one result, or two beside each other. */
const Overlays = ({
  filter,
  onTrash,
}: {
  filter: GalleryFilter;
  onTrash: (itemIds: readonly number[]) => void;
}): ReactNode => {
  const { search, go } = useGalleryNavigation();
  const { item, compare } = search;
  return (
    <Suspense fallback={null}>
      {item === undefined ? null : <ItemView itemId={item} filter={filter} onTrash={onTrash} />}
      {compare === undefined ? null : <CompareView itemIds={compare} onClose={() => go({ compare: undefined })} />}
    </Suspense>
  );
};

/** The results of all instances: found by what made them, looked at, compared, made again, thrown away. */
export const GalleryPage = (): ReactNode => {
  const { t } = useTranslation();
  const { search, go } = useGalleryNavigation();
  const today = useToday();
  const { search: text, kind, workflow, model, instance, time } = search;
  const filter = useMemo(
    () => filterOf({ search: text, kind, workflow, model, instance, time }, today),
    [text, kind, workflow, model, instance, time, today],
  );
  const [tileSize, setTileSize] = useLocalStorage({ key: 'gallery-tile-size', defaultValue: frame.galleryTile });
  const status = useGalleryStatus();
  const days = useGalleryDays(filter);
  const marks = useMarks(filter);
  const trashing = useTrash(status?.canRestore ?? false, marks);
  const { downloadAll } = useGalleryActions();
  const openItem = useCallback((item: GalleryItem): void => go({ item: item.id }), [go]);
  const total = days.data?.total;
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <Title order={1}>{t('gallery.title')}</Title>
        <StatusLine status={status} total={total} />
        <GridTools tileSize={tileSize} onTileSize={setTileSize} />
      </div>
      <FilterBar />
      <Hints status={status} />
      {days.data === undefined && days.error !== null ? (
        <ErrorPanel error={days.error} title={t('gallery.failed')}>
          <Button onClick={() => void days.refetch()}>{t('frame.actions.retry')}</Button>
        </ErrorPanel>
      ) : null}
      {days.data === undefined && days.error === null ? <GridSkeleton /> : null}
      {total === 0 ? <Nothing status={status} /> : null}
      {days.data === undefined || total === undefined || total === 0 ? null : (
        <GalleryGrid
          key={JSON.stringify(filter)}
          filter={filter}
          days={days.data.days}
          total={total}
          tileSize={tileSize}
          marks={marks}
          onOpen={openItem}
          onTrash={trashing.trash}
        />
      )}
      <MarksBar
        count={marks.ids.size}
        total={total ?? 0}
        onSelectAll={() => marks.markAll(total ?? 0)}
        onCompare={() => {
          const [one, other] = [...marks.ids];
          if (one !== undefined && other !== undefined) go({ compare: [one, other] });
        }}
        onDownload={() => downloadAll([...marks.ids])}
        onTrash={() => trashing.trash([...marks.ids])}
        onClear={marks.clear}
      />
      <Overlays filter={filter} onTrash={trashing.trash} />
      <TrashQuestion trashing={trashing} />
    </div>
  );
};
