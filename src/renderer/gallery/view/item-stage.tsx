import { Anchor, Loader, Text } from '@mantine/core';
import { type Icon, IconAlertTriangle, IconFile, IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GalleryDetails } from '#contract/models/gallery.ts';
import { frame } from '../../theme/tokens.ts';
import { fileNameOf, nameOf } from '../gallery-names.ts';
import { contentUrl } from '../gallery-queries.ts';
import classes from './view.module.css';
import { type View, Zoomable, type ZoomHandle } from './zoomable.tsx';

/** Of a text file so much is shown; the rest is in the download. */
const longestText = 200_000;

const Message = ({
  icon: MessageIcon,
  title,
  means,
  children,
}: {
  icon: Icon;
  title: string;
  means: string;
  children?: ReactNode;
}): ReactNode => (
  <div className={classes.message}>
    <MessageIcon size={frame.iconLarge} stroke={1.25} aria-hidden />
    <Text fw={600}>{title}</Text>
    <Text c="dimmed">{means}</Text>
    {children}
  </div>
);

const TextContent = ({ item }: { item: GalleryDetails }): ReactNode => {
  const { t } = useTranslation();
  const text = useQuery({
    queryKey: ['gallery-text', item.id, item.version],
    queryFn: async ({ signal }) => {
      const answer = await fetch(contentUrl(item), { signal });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      return (await answer.text()).slice(0, longestText);
    },
    enabled: item.isFile,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (item.isFile && text.isPending) return <Loader aria-label={t('gallery.view.loading')} />;
  return <pre className={classes.text}>{text.data ?? item.text}</pre>;
};

interface ItemStageProps {
  readonly item: GalleryDetails;
  readonly zoom: Ref<ZoomHandle>;
  readonly onView: (view: View) => void;
}

/** A result as large as there is room: a picture to zoom, a film or a sound to play, a text to read. */
export const ItemStage = ({ item, zoom, onView }: ItemStageProps): ReactNode => {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  const name = nameOf(t, item);
  const download = (
    <Anchor href={contentUrl(item)} download={fileNameOf(item)}>
      {t('gallery.download')}
    </Anchor>
  );
  if (item.state === 'writing') {
    return <Message icon={IconPencil} title={t('gallery.writing')} means={t('gallery.view.writingMeans')} />;
  }
  if (item.state === 'damaged' || failed) {
    return (
      <Message icon={IconAlertTriangle} title={t('gallery.damaged')} means={t('gallery.view.damagedMeans')}>
        {download}
      </Message>
    );
  }
  switch (item.kind) {
    case 'image':
    case 'animation':
      return (
        <Zoomable
          src={contentUrl(item)}
          alt={t('gallery.view.picture', { title: name, name: item.name })}
          handle={zoom}
          onView={onView}
          onFailed={() => setFailed(true)}
        />
      );
    case 'video':
      return (
        // Films that a workflow makes have no spoken words to write down.
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <video className={classes.film} src={contentUrl(item)} controls loop autoPlay muted aria-label={name} />
      );
    case 'audio':
      return (
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <audio className={classes.sound} src={contentUrl(item)} controls aria-label={name} />
      );
    case 'text':
      return <TextContent item={item} />;
    case 'other':
      return (
        <Message icon={IconFile} title={t('gallery.view.cannotShow')} means={t('gallery.view.cannotShowMeans')}>
          {download}
        </Message>
      );
  }
};
