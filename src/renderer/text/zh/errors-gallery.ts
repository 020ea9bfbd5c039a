import type { galleryErrors as english } from '../en/errors-gallery.ts';
import type { Translated } from '../translated.ts';

/** Errors of the gallery. */
export const galleryErrors: Translated<typeof english> = {
  GALLERY_ITEM_NOT_FOUND: {
    happened: '图库里已没有这个结果。',
    means: '它的文件被移动或删除，或者它的任务已被清除。',
    do: '回到图库，另选一个结果。',
  },
  GALLERY_NO_THUMBNAIL: {
    happened: '无法为这个结果生成缩略图。',
    means: '文件已损坏、仍在写入，或者属于无法显示的类型。',
    do: '直接打开这个结果，或稍后再看。',
  },
  GALLERY_TRASH_GONE: {
    happened: '这些文件已无法从这里恢复。',
    means: '回收站已被清空，或者移动之后 Atelier 重新启动过。',
    do: '请到系统的回收站里查找。',
  },
};
