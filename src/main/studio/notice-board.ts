import type { ErrorCode } from '#contract/errors.ts';
import type { Notice } from '#contract/models/studio.ts';
import { createTopicFeed, type TopicFeed } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';

/** Notices kept; the oldest goes when another comes. */
const maxNotices = 50;

/** Notices that nobody dismissed yet. */
export interface NoticeBoard {
  readonly feed: TopicFeed<TopicState<'notices'>, TopicEvent<'notices'>>;
  add(notice: Notice): void;
  post(notice: { severity: Notice['severity']; code: ErrorCode; message: string; details?: Notice['details'] }): void;
  dismiss(noticeId: string): void;
}

export const createNoticeBoard = (options: { now: () => number; makeId: () => string }): NoticeBoard => {
  const notices = new Map<string, Notice>();
  const feed = createTopicFeed<TopicState<'notices'>, TopicEvent<'notices'>>(() => ({
    notices: [...notices.values()],
  }));
  const dismiss = (noticeId: string): void => {
    if (notices.delete(noticeId)) feed.publish({ type: 'removed', noticeId });
  };
  const add = (notice: Notice): void => {
    const oldest = notices.keys().next();
    if (notices.size >= maxNotices && oldest.done !== true) dismiss(oldest.value);
    notices.set(notice.id, notice);
    feed.publish({ type: 'added', notice });
  };
  return {
    feed,
    add,
    dismiss,
    post: ({ details = {}, ...notice }) => {
      add({ ...notice, details, id: options.makeId(), at: options.now() });
    },
  };
};
