import { createTemplateShelf, type TemplateShelf } from '#core/instances/templates/template-shelf.ts';
import { createTemplateStore } from '../platform/files/template-store.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { StudioPlatform } from './platform.ts';
import type { StudioOptions } from './studio.ts';

/** The templates of one data folder. */
export const createTemplateParts = (parts: {
  readonly platform: Pick<StudioPlatform, 'clock' | 'makeId' | 'logger'>;
  readonly options: Pick<StudioOptions, 'dataFolder'>;
  readonly notices: NoticeBoard;
}): TemplateShelf => {
  const { clock, makeId, logger } = parts.platform;
  return createTemplateShelf({
    store: createTemplateStore({ folder: parts.options.dataFolder, now: clock.now, makeId, logger }),
    makeId,
    now: clock.now,
    onNotice: (notice) => parts.notices.add(notice),
  });
};
