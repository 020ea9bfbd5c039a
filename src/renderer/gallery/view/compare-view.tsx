import { ActionIcon, Button, Loader, Modal, SegmentedControl, Tooltip } from '@mantine/core';
import { IconArrowsExchange, IconX } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GalleryDetails } from '#contract/models/gallery.ts';
import { ErrorPanel } from '../../components/error-panel.tsx';
import { useAnswer } from '../../studio-client/use-call.ts';
import { frame } from '../../theme/tokens.ts';
import { nameOf } from '../gallery-names.ts';
import { contentUrl } from '../gallery-queries.ts';
import { useGalleryNavigation } from '../use-gallery-navigation.ts';
import { differencesOf } from './differences.ts';
import classes from './view.module.css';
import { useZoomScale, type View, Zoomable, ZoomButtons, type ZoomHandle } from './zoomable.tsx';

interface PairProps {
  readonly first: GalleryDetails;
  readonly second: GalleryDetails;
}

type ZoomAction = Exclude<keyof ZoomHandle, 'follow'>;

/** Two handles that show the same part; the one that moves leads, and its own echo is no movement. */
const useTwins = () => {
  const handles = [useRef<ZoomHandle>(null), useRef<ZoomHandle>(null)] as const;
  const led = useRef<View>({ scale: 1, x: 0, y: 0 });
  const [scale, noteView] = useZoomScale();
  const isSame = (one: View, other: View): boolean =>
    Math.abs(one.scale - other.scale) < 1e-4 && Math.abs(one.x - other.x) < 0.5 && Math.abs(one.y - other.y) < 0.5;
  const lead = (index: 0 | 1, view: View): void => {
    if (isSame(view, led.current)) return;
    led.current = view;
    noteView(view);
    handles[1 - index]?.current?.follow(view);
  };
  return { handles, lead, scale, zoom: (action: ZoomAction) => handles[0].current?.[action]() };
};

const altOf = (t: TFunction, item: GalleryDetails): string =>
  t('gallery.view.picture', { title: nameOf(t, item), name: item.name });

const SideBySide = ({ first, second, twins }: PairProps & { twins: ReturnType<typeof useTwins> }): ReactNode => {
  const { t } = useTranslation();
  return (
    <div className={classes.pair}>
      {([first, second] as const).map((item, index) => (
        <figure key={item.id} className={classes.half}>
          <div className={classes.halfStage}>
            <Zoomable
              src={contentUrl(item)}
              alt={altOf(t, item)}
              handle={twins.handles[index === 0 ? 0 : 1]}
              onView={(view) => twins.lead(index === 0 ? 0 : 1, view)}
            />
          </div>
          <figcaption className={classes.halfName}>
            {index === 0 ? t('gallery.comparing.first') : t('gallery.comparing.second')}: {item.name}
          </figcaption>
        </figure>
      ))}
    </div>
  );
};

/** One over the other; how much of the first is seen is set by an ordinary slider, so keys and touch work as everywhere. */
const Curtain = ({ first, second }: PairProps): ReactNode => {
  const { t } = useTranslation();
  const [share, setShare] = useState(50);
  return (
    <div className={classes.curtain}>
      <img className={classes.curtainPicture} src={contentUrl(second)} alt={altOf(t, second)} draggable={false} />
      <img
        className={classes.curtainPicture}
        style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}
        src={contentUrl(first)}
        alt={altOf(t, first)}
        draggable={false}
      />
      <div className={classes.curtainLine} style={{ insetInlineStart: `${share}%` }} aria-hidden />
      <input
        className={classes.curtainRange}
        type="range"
        min={0}
        max={100}
        step={1}
        value={share}
        aria-label={t('gallery.comparing.divider')}
        onChange={(event) => setShare(Number(event.currentTarget.value))}
      />
    </div>
  );
};

const Differences = ({ first, second }: PairProps): ReactNode => {
  const { t } = useTranslation();
  const differences = differencesOf(t, first, second);
  if (differences.length === 0) return <p className={classes.note}>{t('gallery.comparing.same')}</p>;
  return (
    <table className={classes.differences} aria-label={t('gallery.comparing.differences')}>
      <thead>
        <tr>
          <th scope="col">{t('gallery.comparing.differences')}</th>
          <th scope="col">{t('gallery.comparing.first')}</th>
          <th scope="col">{t('gallery.comparing.second')}</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ name, first: one, second: other }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td dir="auto">{one}</td>
            <td dir="auto">{other}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const Comparison = ({ first, second }: PairProps): ReactNode => {
  const { t } = useTranslation();
  const { go } = useGalleryNavigation();
  const [way, setWay] = useState('sideBySide');
  const twins = useTwins();
  return (
    <>
      <div className={classes.compareBar}>
        <SegmentedControl
          size="xs"
          aria-label={t('gallery.comparing.ways')}
          value={way}
          onChange={setWay}
          data={[
            { value: 'sideBySide', label: t('gallery.comparing.sideBySide') },
            { value: 'slider', label: t('gallery.comparing.slider') },
          ]}
        />
        <Tooltip label={t('gallery.comparing.swap')}>
          <ActionIcon
            size="lg"
            aria-label={t('gallery.comparing.swap')}
            onClick={() => go({ compare: [second.id, first.id] })}
          >
            <IconArrowsExchange size={frame.icon} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Tooltip>
        {way === 'sideBySide' ? <ZoomButtons scale={twins.scale} onZoom={twins.zoom} /> : null}
      </div>
      <div className={classes.compareStage}>
        {way === 'sideBySide' ? (
          <SideBySide first={first} second={second} twins={twins} />
        ) : (
          <Curtain first={first} second={second} />
        )}
      </div>
      {/* A region that scrolls is reached by the Tab key. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className={classes.compareFacts} aria-label={t('gallery.comparing.differences')} tabIndex={0}>
        <Differences first={first} second={second} />
      </section>
    </>
  );
};

interface CompareViewProps {
  readonly itemIds: readonly [number, number];
  readonly onClose: () => void;
}

/** Two pictures beside each other or one over the other, and what differs in how they were made. */
export const CompareView = ({ itemIds, onClose }: CompareViewProps): ReactNode => {
  const { t } = useTranslation();
  const first = useAnswer('gallery.get', { itemId: itemIds[0] });
  const second = useAnswer('gallery.get', { itemId: itemIds[1] });
  const error = first.error ?? second.error;
  return (
    <Modal.Root opened fullScreen onClose={onClose} transitionProps={{ duration: 0 }}>
      <Modal.Content className={classes.view ?? ''} aria-label={t('gallery.comparing.title')}>
        <div className={classes.head}>
          <Tooltip label={t('gallery.view.close')}>
            <ActionIcon size="lg" aria-label={t('gallery.view.close')} onClick={onClose}>
              <IconX size={frame.icon} stroke={1.6} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <h2 className={classes.title}>{t('gallery.comparing.title')}</h2>
        </div>
        {error === null ? null : (
          <ErrorPanel error={error}>
            <Button onClick={onClose}>{t('gallery.view.gone')}</Button>
          </ErrorPanel>
        )}
        {error === null && (first.data === undefined || second.data === undefined) ? (
          <Loader aria-label={t('gallery.view.loading')} />
        ) : null}
        {first.data === undefined || second.data === undefined ? null : (
          <Comparison first={first.data} second={second.data} />
        )}
      </Modal.Content>
    </Modal.Root>
  );
};
