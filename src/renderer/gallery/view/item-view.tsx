import { ActionIcon, Button, Loader, Modal, Tooltip } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import {
  type Icon,
  IconChevronLeft,
  IconChevronRight,
  IconDownload,
  IconFolder,
  IconInfoCircle,
  IconPlayerPlay,
  IconSitemap,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, type RefObject, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '#contract/calls/index.ts';
import type { GalleryDetails, GalleryFilter } from '#contract/models/gallery.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useCapability } from '../../studio-client/host.ts';
import { useAnswer } from '../../studio-client/use-call.ts';
import { formatCount } from '../../text/format.ts';
import { frame } from '../../theme/tokens.ts';
import { fileNameOf, nameOf } from '../gallery-names.ts';
import { useGalleryStatus } from '../gallery-queries.ts';
import { useGalleryActions } from '../use-gallery-actions.tsx';
import { useGalleryNavigation } from '../use-gallery-navigation.ts';
import { DetailsPanel } from './details-panel.tsx';
import { ItemStage } from './item-stage.tsx';
import classes from './view.module.css';
import { useZoomScale, ZoomButtons, type ZoomHandle } from './zoomable.tsx';

type Neighbours = CallOutput<'gallery.neighbours'>;

interface ActionProps {
  readonly label: string;
  readonly icon: Icon;
  readonly onClick: () => void;
  readonly pressed?: boolean;
}

const Action = ({ label, icon: ActionGlyph, onClick, pressed }: ActionProps): ReactNode => (
  <Tooltip label={label}>
    <ActionIcon
      size="lg"
      aria-label={label}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      onClick={onClick}
    >
      <ActionGlyph size={frame.icon} stroke={1.6} aria-hidden />
    </ActionIcon>
  </Tooltip>
);

const RunAgain = ({ jobId }: { jobId: string | null }): ReactNode => {
  const { t } = useTranslation();
  if (jobId === null) return null;
  return (
    <Button
      renderRoot={(props) => <Link {...props} to="/run" search={{ job: jobId }} />}
      size="sm"
      leftSection={<IconPlayerPlay size={frame.iconSmall} aria-hidden />}
    >
      {t('gallery.view.runAgain')}
    </Button>
  );
};

const ItemActions = ({ item, onTrash }: { item: GalleryDetails; onTrash: () => void }): ReactNode => {
  const { t } = useTranslation();
  const canOpen = useCapability('open-path');
  const actions = useGalleryActions();
  const { folder } = item;
  return (
    <>
      <RunAgain jobId={item.jobId} />
      {item.knownFrom === 'none' ? null : (
        <Action
          label={t('gallery.view.saveWorkflow')}
          icon={IconSitemap}
          onClick={() => void actions.saveWorkflow(item.id, fileNameOf(item))}
        />
      )}
      {canOpen && folder !== null ? (
        <Action label={t('gallery.view.openFolder')} icon={IconFolder} onClick={() => actions.openFolder(folder)} />
      ) : null}
      <Action label={t('gallery.download')} icon={IconDownload} onClick={() => actions.download(item)} />
      {item.isFile ? <Action label={t('gallery.trash')} icon={IconTrash} onClick={onTrash} /> : null}
    </>
  );
};

interface ViewKeys {
  readonly zoom: RefObject<ZoomHandle | null>;
  readonly step: (to: number | null | undefined) => void;
  readonly neighbours: Neighbours | undefined;
  readonly trash: () => void;
  readonly toggleDetails: () => void;
}

/** Keys of the open result; those of a film or a text field in it are left alone. */
const handleViewKey = (event: KeyboardEvent, { zoom, step, neighbours, trash, toggleDetails }: ViewKeys): void => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLElement && ['VIDEO', 'AUDIO', 'INPUT'].includes(event.target.tagName)) return;
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => step(neighbours?.previousId),
    ArrowRight: () => step(neighbours?.nextId),
    '+': () => zoom.current?.zoomIn(),
    '=': () => zoom.current?.zoomIn(),
    '-': () => zoom.current?.zoomOut(),
    '0': () => zoom.current?.fit(),
    '1': () => zoom.current?.actual(),
    i: toggleDetails,
    Delete: trash,
  };
  const action = actions[event.key];
  if (action === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  action();
};

const Turn = ({
  label,
  icon: TurnIcon,
  to,
  side,
  onStep,
}: {
  label: string;
  icon: Icon;
  to: number | null | undefined;
  side: 'left' | 'right';
  onStep: (id: number) => void;
}): ReactNode =>
  to === null || to === undefined ? null : (
    <ActionIcon
      className={classes.turn ?? ''}
      data-side={side}
      size="xl"
      radius="xl"
      variant="default"
      aria-label={label}
      onClick={() => onStep(to)}
    >
      <TurnIcon size={frame.icon} aria-hidden />
    </ActionIcon>
  );

interface ItemViewProps {
  readonly itemId: number;
  readonly filter: GalleryFilter;
  readonly onTrash: (itemIds: readonly number[]) => void;
}

/** What is known of the open result and of those beside it, renewed when the gallery changes. */
const useOpenItem = ({ itemId, filter }: Omit<ItemViewProps, 'onTrash'>) => {
  const revision = useGalleryStatus()?.revision ?? 0;
  const details = useAnswer('gallery.get', { itemId }, { keepPrevious: true });
  const neighbours = useAnswer('gallery.neighbours', { ...filter, itemId }, { keepPrevious: true });
  const seen = useRef(revision);
  if (seen.current !== revision) {
    seen.current = revision;
    queueMicrotask(() => {
      void details.refetch();
      void neighbours.refetch();
    });
  }
  return { details, neighbours: neighbours.data };
};

/** One result in full: to look at, zoom, go on from, with all that is known of it beside it. */
export const ItemView = ({ itemId, filter, onTrash }: ItemViewProps): ReactNode => {
  const { t } = useTranslation();
  const { go } = useGalleryNavigation();
  const { details, neighbours } = useOpenItem({ itemId, filter });
  const [hasPanel, setPanel] = useLocalStorage({ key: 'gallery-details', defaultValue: true });
  const zoom = useRef<ZoomHandle>(null);
  const [scale, noteView] = useZoomScale();
  const item = details.data;
  const close = (): void => go({ item: undefined });
  const step = (to: number | null | undefined): void => {
    if (to !== null && to !== undefined) go({ item: to });
  };
  const trash = (): void => {
    if (item?.isFile !== true) return;
    // What comes next is shown instead, so that one can go on sorting.
    go({ item: neighbours?.nextId ?? neighbours?.previousId ?? undefined });
    onTrash([item.id]);
  };
  const toggleDetails = (): void => setPanel((old) => !old);
  const isPicture =
    item !== undefined && item.state === 'ready' && (item.kind === 'image' || item.kind === 'animation');
  return (
    <Modal.Root
      opened
      fullScreen
      onClose={close}
      transitionProps={{ duration: 0 }}
      onKeyDown={(event) => handleViewKey(event, { zoom, step, neighbours, trash, toggleDetails })}
    >
      <Modal.Content
        className={classes.view ?? ''}
        aria-label={item === undefined ? t('gallery.view.loading') : nameOf(t, item)}
      >
        <div className={classes.head}>
          <Action label={t('gallery.view.close')} icon={IconX} onClick={close} />
          <h2 className={classes.title} dir="auto">
            {item === undefined ? '' : nameOf(t, item)}
          </h2>
          {neighbours === undefined || neighbours.index === null ? null : (
            <span className={classes.place} aria-live="polite">
              {t('gallery.view.place', {
                index: formatCount(neighbours.index + 1),
                total: formatCount(neighbours.total),
              })}
            </span>
          )}
          <span className={classes.spring} />
          {isPicture ? <ZoomButtons scale={scale} onZoom={(action) => zoom.current?.[action]()} /> : null}
          {item === undefined ? null : <ItemActions item={item} onTrash={trash} />}
          <Action
            label={hasPanel ? t('gallery.view.hideDetails') : t('gallery.view.showDetails')}
            icon={IconInfoCircle}
            pressed={hasPanel}
            onClick={toggleDetails}
          />
        </div>
        <div className={classes.body} data-panel={hasPanel}>
          <section className={classes.stage} aria-label={t('gallery.view.stage')} data-autofocus tabIndex={-1}>
            {item === undefined && details.error === null ? <Loader aria-label={t('gallery.view.loading')} /> : null}
            {details.error === null ? null : (
              <ErrorPanel error={details.error}>
                <Button onClick={close}>{t('gallery.view.gone')}</Button>
              </ErrorPanel>
            )}
            {item === undefined || details.error !== null ? null : (
              <ItemStage key={`${item.id} ${item.version} ${item.state}`} item={item} zoom={zoom} onView={noteView} />
            )}
            <Turn
              label={t('gallery.view.previous')}
              icon={IconChevronLeft}
              side="left"
              to={neighbours?.previousId}
              onStep={step}
            />
            <Turn
              label={t('gallery.view.next')}
              icon={IconChevronRight}
              side="right"
              to={neighbours?.nextId}
              onStep={step}
            />
          </section>
          {hasPanel && item !== undefined ? (
            // A region that scrolls is reached by the Tab key.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            <aside className={classes.panel} aria-label={t('gallery.view.details')} tabIndex={0}>
              <DetailsPanel item={item} />
            </aside>
          ) : null}
        </div>
      </Modal.Content>
    </Modal.Root>
  );
};
