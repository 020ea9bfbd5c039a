import {
  type Icon,
  IconCopyPlus,
  IconExternalLink,
  IconHourglassLow,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconReload,
  IconStar,
  IconStarOff,
  IconTerminal2,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import type { CardAction } from './instance-presentation.ts';

/** The picture of each action, the same on the card and in its menu. */
export const actionIcons: Readonly<Record<CardAction, Icon>> = {
  start: IconPlayerPlay,
  startNow: IconPlayerPlay,
  retry: IconReload,
  stop: IconPlayerStop,
  cancelStart: IconX,
  cancelRestart: IconX,
  drainStop: IconHourglassLow,
  restart: IconReload,
  pause: IconPlayerPause,
  resume: IconPlayerPlay,
  setActive: IconStar,
  clearActive: IconStarOff,
  open: IconExternalLink,
  logs: IconTerminal2,
  edit: IconPencil,
  duplicate: IconCopyPlus,
  delete: IconTrash,
};
