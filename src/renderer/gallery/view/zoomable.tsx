import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconMaximize, IconMinus, IconPlus, IconZoomReset } from '@tabler/icons-react';
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ReactZoomPanPinchRef, TransformComponent, TransformWrapper } from 'react-zoom-pan-pinch';
import { frame } from '../../theme/tokens.ts';
import classes from './view.module.css';

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** What others may do with a picture that can be zoomed. */
export interface ZoomHandle {
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly fit: () => void;
  readonly actual: () => void;
  /** Shows the same part as another one does. */
  readonly follow: (view: View) => void;
}

interface ZoomableProps {
  readonly src: string;
  readonly alt: string;
  readonly handle?: Ref<ZoomHandle>;
  readonly onView?: (view: View) => void;
  readonly onFailed?: () => void;
}

const stepScale = 0.5;
const mostScale = 32;
const animationMs = 150;

/** Fitted, a picture is as large as the room allows; beyond its own pixels only when one zooms in. */
const actualScale = (picture: HTMLImageElement | null): number =>
  picture === null || picture.clientWidth === 0 ? 1 : Math.max(1, picture.naturalWidth / picture.clientWidth);

/** A picture that one zooms and moves by wheel, drag, pinch, double click or from outside. */
export const Zoomable = ({ src, alt, handle, onView, onFailed }: ZoomableProps): ReactNode => {
  const zoom = useRef<ReactZoomPanPinchRef>(null);
  const picture = useRef<HTMLImageElement>(null);
  useImperativeHandle(handle, () => ({
    zoomIn: () => void zoom.current?.zoomIn(stepScale, animationMs),
    zoomOut: () => void zoom.current?.zoomOut(stepScale, animationMs),
    fit: () => void zoom.current?.resetTransform(animationMs),
    actual: () => void zoom.current?.centerView(actualScale(picture.current), animationMs),
    follow: ({ scale, x, y }) => void zoom.current?.setTransform(x, y, scale, 0),
  }));
  useEffect(() => void zoom.current?.resetTransform(0), [src]);
  return (
    <TransformWrapper
      ref={zoom}
      minScale={1}
      maxScale={mostScale}
      centerOnInit
      doubleClick={{ mode: 'toggle', step: 2 }}
      onTransform={(_ref, { scale, positionX, positionY }) => onView?.({ scale, x: positionX, y: positionY })}
    >
      <TransformComponent wrapperClass={classes.zoomRoom ?? ''} contentClass={classes.zoomContent ?? ''}>
        <img ref={picture} className={classes.picture} src={src} alt={alt} draggable={false} onError={onFailed} />
      </TransformComponent>
    </TransformWrapper>
  );
};

/** Buttons for whoever has no wheel. */
export const ZoomButtons = ({
  onZoom,
  scale,
}: {
  onZoom: (action: Exclude<keyof ZoomHandle, 'follow'>) => void;
  scale: number;
}): ReactNode => {
  const { t } = useTranslation();
  const buttons = [
    ['zoomOut', IconMinus],
    ['zoomIn', IconPlus],
    ['fit', IconMaximize],
    ['actual', IconZoomReset],
  ] as const;
  return (
    <Group gap={0} className={classes.zoomButtons ?? ''}>
      {buttons.map(([action, ButtonIcon]) => (
        <Tooltip key={action} label={t(`gallery.view.${action}`)}>
          <ActionIcon size="lg" aria-label={t(`gallery.view.${action}`)} onClick={() => onZoom(action)}>
            <ButtonIcon size={frame.icon} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
      <span className={classes.scale} aria-live="polite">
        {t('gallery.view.zoom', { percent: Math.round(scale * 100) })}
      </span>
    </Group>
  );
};

/** How far a picture is zoomed, for the buttons beside it. */
export const useZoomScale = (): readonly [number, (view: View) => void] => {
  const [scale, setScale] = useState(1);
  return [scale, (view) => setScale(view.scale)];
};
