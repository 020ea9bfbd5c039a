import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTopicFeed } from '#contract/topic-feed.ts';
import type { StudioMessage } from '#contract/wire.ts';
import { startWatch } from './watch.ts';

type Step = 'publish' | 'send';

/** Plays a publisher and a slow wire against each other and answers all that was sent. */
const play = (steps: readonly Step[], maxQueuedEvents: number): { sent: StudioMessage[]; total: number } => {
  let total = 0;
  let room = 2;
  const sent: StudioMessage[] = [];
  const feed = createTopicFeed<number, number>(() => total);
  const watch = startWatch({
    id: 1,
    topic: { ...feed, checked: (event) => event },
    maxQueuedEvents,
    mayPost: () => room > 0,
    post: (message) => {
      room -= 1;
      sent.push(message);
    },
    failed: (error) => {
      throw error;
    },
  });
  for (const step of steps) {
    if (step === 'publish') {
      total += 1;
      feed.publish(1);
    } else {
      room = 2;
      while (watch.sendOne());
    }
  }
  room = Number.POSITIVE_INFINITY;
  while (watch.sendOne());
  return { sent, total };
};

describe('a watch', () => {
  it('brings a client into step whatever the pace of publisher and wire', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Step>('publish', 'publish', 'send'), { maxLength: 200 }),
        fc.integer({ min: 1, max: 8 }),
        (steps, maxQueuedEvents) => {
          const { sent, total } = play(steps, maxQueuedEvents);
          let revision = -1;
          let held = Number.NaN;
          for (const message of sent) {
            if (message.type === 'reply') throw new Error('no reply is due');
            if (message.type === 'event') expect(message.revision).toBe(revision + 1);
            revision = message.revision;
            held = message.type === 'snapshot' ? Number(message.state) : held + Number(message.event);
            expect(held).toBe(revision);
          }
          expect(held).toBe(total);
        },
      ),
    );
  });

  it('takes a missing revision of its feed for a gap', () => {
    const sent: StudioMessage[] = [];
    let tell = (_revision: number, _event: unknown): void => undefined;
    let revision = 4;
    startWatch({
      id: 1,
      topic: {
        revision: () => revision,
        snapshot: () => `state ${revision}`,
        listen: (listener) => {
          tell = listener;
          return () => undefined;
        },
        checked: (event) => event,
      },
      maxQueuedEvents: 10,
      mayPost: () => true,
      post: (message) => sent.push(message),
      failed: () => undefined,
    });
    revision = 7;
    tell(7, 'lost its predecessors');
    expect(sent).toEqual([
      { type: 'snapshot', id: 1, revision: 4, state: 'state 4' },
      { type: 'snapshot', id: 1, revision: 7, state: 'state 7' },
    ]);
  });

  it('sends nothing once it is stopped, not even the snapshot that is due', () => {
    const sent: StudioMessage[] = [];
    let open = false;
    const feed = createTopicFeed<number, number>(() => 0);
    const watch = startWatch({
      id: 1,
      topic: { ...feed, checked: (event) => event },
      maxQueuedEvents: 10,
      mayPost: () => open,
      post: (message) => sent.push(message),
      failed: () => undefined,
    });
    watch.stop();
    open = true;
    expect(watch.sendOne()).toBe(false);
    expect(sent).toEqual([]);
  });

  it('stops listening when it is stopped, and when its feed fails', () => {
    const listening = new Set<unknown>();
    const failures: unknown[] = [];
    const make = (snapshot: () => unknown): ReturnType<typeof startWatch> =>
      startWatch({
        id: 1,
        topic: {
          revision: () => 0,
          snapshot,
          listen: (listener) => {
            listening.add(listener);
            return () => listening.delete(listener);
          },
          checked: (event) => event,
        },
        maxQueuedEvents: 10,
        mayPost: () => true,
        post: () => undefined,
        failed: (error) => failures.push(error),
      });
    const watch = make(() => 0);
    expect(listening.size).toBe(1);
    watch.stop();
    make(() => {
      throw new Error('gone');
    });
    expect(listening.size).toBe(0);
    expect(failures).toMatchObject([{ message: 'gone' }]);
  });
});
