import type { News } from './news.ts';

/** All news of one kind that one has not dismissed yet, as one message. */
export interface NewsGroup {
  readonly key: string;
  readonly count: number;
  readonly latest: News;
}

export interface NewsDesk {
  add(news: readonly News[]): void;
  /** The message of a group was dismissed: what comes next begins a new count. */
  dismissed(key: string): void;
  close(): void;
}

/** News of one moment are told together. */
export const gatherMs = 600;

/** Messages that a group has of its own: one for each instance, and one for all jobs that are done. */
const keyOf = (news: News): string => {
  switch (news.kind) {
    case 'instance-died':
    case 'instance-back':
      return `instance:${news.instanceId}`;
    case 'active-deleted':
    case 'active-stopped':
      return 'active';
    case 'job-done':
    case 'job-failed':
    case 'batch-done':
      return news.kind;
  }
};

/** Gathers news, so that a hundred jobs a minute are one message that counts, and not a hundred. */
export const createNewsDesk = (
  schedule: (delayMs: number, task: () => void) => () => void,
  tell: (group: NewsGroup) => void,
): NewsDesk => {
  const shown = new Map<string, number>();
  let gathered = new Map<string, { count: number; latest: News }>();
  let cancel: (() => void) | null = null;

  const flush = (): void => {
    cancel = null;
    const groups = gathered;
    gathered = new Map();
    for (const [key, { count, latest }] of groups) {
      // One message an instance says what holds now; others count.
      const total = key.startsWith('instance:') || key === 'active' ? 1 : (shown.get(key) ?? 0) + count;
      shown.set(key, total);
      tell({ key, count: total, latest });
    }
  };

  return {
    add: (news) => {
      for (const one of news) {
        const key = keyOf(one);
        gathered.set(key, { count: (gathered.get(key)?.count ?? 0) + 1, latest: one });
      }
      if (news.length > 0) cancel ??= schedule(gatherMs, flush);
    },
    dismissed: (key) => {
      shown.delete(key);
    },
    close: () => {
      cancel?.();
      cancel = null;
    },
  };
};
