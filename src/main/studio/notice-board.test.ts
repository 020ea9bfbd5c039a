import { expect, it } from 'vitest';
import { applyTopicEvent } from '#contract/topic-state.ts';
import { createNoticeBoard } from './notice-board.ts';

it('keeps the newest fifty, and a watcher that folds the events sees the same', () => {
  let count = 0;
  const board = createNoticeBoard({ now: () => 7, makeId: () => `n${(count += 1)}` });
  let watched = board.feed.snapshot();
  board.feed.listen((_revision, event) => {
    watched = applyTopicEvent('notices', watched, event);
  });
  for (let index = 0; index < 52; index += 1) board.post({ severity: 'info', code: 'INTERNAL', message: `${index}` });
  board.dismiss('n10');
  board.dismiss('unknown');
  const { notices } = board.feed.snapshot();
  expect(notices).toHaveLength(49);
  expect(notices[0]).toEqual({ id: 'n3', at: 7, severity: 'info', code: 'INTERNAL', message: '2', details: {} });
  expect(watched).toEqual({ notices });
});
