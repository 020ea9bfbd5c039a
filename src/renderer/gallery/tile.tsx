import {
  type Icon,
  IconAlertTriangle,
  IconCheck,
  IconFile,
  IconFileText,
  IconGif,
  IconMovie,
  IconMusic,
  IconPencil,
  IconPhotoOff,
} from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { type MouseEvent, memo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GalleryItem, GalleryKind } from '#contract/models/gallery.ts';
import { formatMoment } from '../text/format.ts';
import { frame } from '../theme/tokens.ts';
import classes from './gallery.module.css';
import { nameOf } from './gallery-names.ts';
import { contentUrl, thumbnailUrl } from './gallery-queries.ts';

const kindIcons: { readonly [Kind in GalleryKind]: Icon } = {
  image: IconPhotoOff,
  animation: IconGif,
  video: IconMovie,
  audio: IconMusic,
  text: IconFileText,
  other: IconFile,
};

/** A drawn tile, for what has no picture: what it is, and its name. */
const DrawnTile = ({ icon: TileIcon, word, name }: { icon: Icon; word: string; name: string }): ReactNode => (
  <div className={classes.drawn} aria-hidden>
    <TileIcon size={frame.icon} stroke={1.5} aria-hidden />
    <span className={classes.drawnWord}>{word}</span> <span className={classes.drawnName}>{name}</span>
  </div>
);

/** The first moment of a film, as the browser itself draws it; it plays while it is pointed at. */
const VideoTile = ({ item, name }: { item: GalleryItem; name: string }): ReactNode => {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  if (failed) return <DrawnTile icon={IconMovie} word={t('gallery.kind.video')} name={name} />;
  return (
    // A still of a film whose sound is off has nothing to write down.
    // oxlint-disable-next-line jsx-a11y/media-has-caption
    <video
      className={classes.picture}
      src={`${contentUrl(item)}#t=0.1`}
      preload="metadata"
      muted
      loop
      playsInline
      tabIndex={-1}
      aria-hidden
      onMouseEnter={(event) => void event.currentTarget.play().catch(() => undefined)}
      onMouseLeave={(event) => event.currentTarget.pause()}
      onError={() => setFailed(true)}
    />
  );
};

const PictureTile = ({ item, name }: { item: GalleryItem; name: string }): ReactNode => {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  if (failed) return <DrawnTile icon={IconPhotoOff} word={t('gallery.noPreview')} name={name} />;
  return (
    <img
      className={classes.picture}
      src={thumbnailUrl(item)}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(true)}
    />
  );
};

/** What stands on a tile without a picture: a text itself, of other files their name. */
const drawnNameOf = (t: TFunction, item: GalleryItem): string => {
  const { state, kind, name, text } = item;
  if (state === 'ready' && (kind === 'audio' || kind === 'other') && name !== '') return name;
  return state === 'ready' && kind === 'text' && text !== '' ? text : nameOf(t, item);
};

const TileContent = ({ item, name }: { item: GalleryItem; name: string }): ReactNode => {
  const { t } = useTranslation();
  if (item.state === 'writing') return <DrawnTile icon={IconPencil} word={t('gallery.writing')} name={name} />;
  if (item.state === 'damaged') return <DrawnTile icon={IconAlertTriangle} word={t('gallery.damaged')} name={name} />;
  switch (item.kind) {
    case 'image':
    case 'animation':
      return <PictureTile key={item.version} item={item} name={name} />;
    case 'video':
      return <VideoTile item={item} name={name} />;
    case 'text':
      return item.text === '' ? (
        <DrawnTile icon={kindIcons.text} word={t('gallery.kind.text')} name={name} />
      ) : (
        <span className={classes.excerpt}>{item.text}</span>
      );
    case 'audio':
    case 'other':
      return <DrawnTile icon={kindIcons[item.kind]} word={t(`gallery.kind.${item.kind}`)} name={name} />;
  }
};

interface TileProps {
  readonly item: GalleryItem;
  readonly index: number;
  readonly column: number;
  readonly isMarked: boolean;
  /** The one that the Tab key reaches. */
  readonly isCurrent: boolean;
  readonly onPress: (item: GalleryItem, index: number, event: MouseEvent) => void;
  readonly onMark: (item: GalleryItem, index: number, event: MouseEvent) => void;
}

/** What stands on a drawn tile comes first in its label as well, so that one can say what one sees. */
const labelOf = (t: TFunction, item: GalleryItem): string => {
  const kind =
    item.state === 'writing' || item.state === 'damaged' ? t(`gallery.${item.state}`) : t(`gallery.kind.${item.kind}`);
  const title = drawnNameOf(t, item);
  return t('gallery.itemLabel', { kind, title, time: formatMoment(item.createdAt) });
};

/** One result in the grid. */
export const Tile = memo((props: TileProps): ReactNode => {
  const { item, index, column, isMarked, isCurrent, onPress, onMark } = props;
  const { t } = useTranslation();
  const name = drawnNameOf(t, item);
  const KindIcon = kindIcons[item.kind];
  const isMoving = item.kind === 'animation' || item.kind === 'video';
  return (
    // The grid takes the keys for all of its cells.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="gridcell"
      className={classes.tile}
      tabIndex={isCurrent ? 0 : -1}
      aria-label={labelOf(t, item)}
      aria-selected={isMarked}
      aria-colindex={column + 1}
      data-index={index}
      data-marked={isMarked}
      data-kind={item.kind}
      onClick={(event) => onPress(item, index, event)}
    >
      <TileContent item={item} name={name} />
      {isMoving && item.state === 'ready' ? (
        <span className={classes.badge}>
          <KindIcon size={frame.iconSmall} stroke={2} aria-hidden />
        </span>
      ) : null}
      <span className={classes.caption} aria-hidden>
        {name}
      </span>
      {/* For the pointer only: the Space key marks what has the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
      <span
        className={classes.mark}
        aria-hidden
        onClick={(event) => {
          event.stopPropagation();
          onMark(item, index, event);
        }}
      >
        <IconCheck size={frame.iconSmall} stroke={3} aria-hidden />
      </span>
    </div>
  );
});
Tile.displayName = 'Tile';
