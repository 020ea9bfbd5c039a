import type { JobPreview, JobView } from '#contract/models/job.ts';
import { createTopicFeed, type PublishedTopic, type TopicFeed } from '#contract/topic-feed.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import { isFinished, type JobRecord, leavesHistory } from './job-record.ts';
import type { LiveChange } from './live-jobs.ts';

export type { JobOrder, JobRecord } from './job-record.ts';
export { isFinished } from './job-record.ts';

export type RecordChange = Partial<Omit<JobRecord, 'order' | 'view'>> & { readonly view?: Partial<JobView> };

export interface BookChange {
  readonly jobId: string;
  readonly change: LiveChange;
}

export interface JobBook {
  /**
   * Jobs as they are on disk already, in the place of those with the same ids; many at once are told of one by one to `onLive` and as
   * one to `onChange`.
   */
  add(records: readonly JobRecord[]): void;
  get(jobId: string): JobRecord | undefined;
  /** In the order in which they were submitted. */
  all(): readonly JobRecord[];
  /** `soon` gathers what comes many times a second and is not worth a row, such as progress. */
  change(jobId: string, change: RecordChange, when?: 'now' | 'soon'): void;
  setPreview(jobId: string, preview: () => JobPreview): void;
  /** Takes out what is forgotten, and tells of it even where it had left the memory before. */
  remove(jobIds: readonly string[]): void;
  /** Told after every change that is published. */
  onChange(listener: (record: JobRecord) => void): Cancel;
  onLive(listener: (change: BookChange) => void): Cancel;
  previewFeed(jobId: string): TopicFeed<JobPreview | null, JobPreview | null> | undefined;
  stop(): void;
}

export interface JobBookDependencies {
  readonly clock: Clock;
  /** How many ended jobs stay in memory. */
  readonly keepFinished: number;
  /** What is known of the job is on disk, so that it may leave the memory. */
  readonly isSaved: (jobId: string) => boolean;
  /** Told of every change that belongs on disk. */
  readonly onRow: (jobId: string) => void;
  /** Told of whoever listens and throws, which changes nothing about the job. */
  readonly onListenerError: (error: unknown) => void;
}

const gatherMs = 100;
const previewMs = 150;

interface Watching {
  preview: JobPreview | null;
  next: (() => JobPreview) | null;
  timer: Cancel | null;
  readonly feed: PublishedTopic<JobPreview | null, JobPreview | null>;
}

interface Page {
  record: JobRecord;
  publishing: Cancel | null;
  /** Made for the first picture or the first watcher: most jobs wait and have neither. */
  watching: Watching | null;
}

/** When a job came into the history of the gateway's clients; what they saw there stays there until it runs again. */
const historyAtOf = (before: JobRecord, after: JobRecord, now: number): number | null => {
  const { view, hidden } = after;
  if (hidden || (view.state !== 'parked' && !isFinished(view))) return null;
  return before.historyAt ?? (leavesHistory(view) ? (view.finishedAt ?? now) : null);
};

/** Keeps all unfinished jobs and the latest ended ones, and tells who watches. */
export const createJobBook = (dependencies: JobBookDependencies): JobBook => {
  const { clock, keepFinished, isSaved, onRow, onListenerError } = dependencies;
  const pages = new Map<string, Page>();
  // In the order in which they ended.
  const finished = new Set<string>();
  const changes = createEmitter<JobRecord>(onListenerError);
  const live = createEmitter<BookChange>(onListenerError);

  const publish = (page: Page, change: LiveChange): void => {
    page.publishing?.();
    page.publishing = null;
    live.emit({ jobId: page.record.order.jobId, change });
    changes.emit(page.record);
  };

  const watchingOf = (page: Page): Watching => {
    if (page.watching !== null) return page.watching;
    const watching: Watching = {
      preview: null,
      next: null,
      timer: null,
      feed: createTopicFeed<JobPreview | null, JobPreview | null>(() => watching.preview),
    };
    page.watching = watching;
    return watching;
  };

  const showPreview = (page: Page, watching: Watching): void => {
    watching.preview = watching.next?.() ?? null;
    watching.next = null;
    watching.feed.publish(watching.preview);
    if (!page.record.view.hasPreview && watching.preview !== null) {
      page.record = { ...page.record, view: { ...page.record.view, hasPreview: true } };
      publish(page, 'progress');
    }
  };

  /** Shows the latest one now and the next not before a moment has passed. */
  const startPreview = (page: Page, watching: Watching): void => {
    showPreview(page, watching);
    watching.timer = clock.schedule(previewMs, () => {
      watching.timer = null;
      if (watching.next !== null) startPreview(page, watching);
    });
  };

  const dropPreview = ({ watching }: Page): void => {
    if (watching === null) return;
    watching.timer?.();
    watching.timer = null;
    watching.next = null;
    if (watching.preview === null) return;
    watching.preview = null;
    watching.feed.publish(null);
  };

  const takeOut = (jobId: string, page: Page): void => {
    page.publishing?.();
    dropPreview(page);
    pages.delete(jobId);
    finished.delete(jobId);
  };

  /**
   * Jobs leave in the order in which they ended, not in the one in which they came. One that is not saved yet stays, and those behind it
   * with it: they are on their way to disk together, and thousands that end at once are not looked through at each end.
   */
  const prune = (): void => {
    let excess = finished.size - keepFinished;
    for (const jobId of finished) {
      if (excess <= 0) return;
      const page = pages.get(jobId);
      if (page === undefined || !isSaved(jobId)) return;
      takeOut(jobId, page);
      excess -= 1;
    }
  };

  return {
    add: (records) => {
      for (const record of records) {
        const { jobId } = record.order;
        const page = pages.get(jobId);
        if (page === undefined) pages.set(jobId, { record, publishing: null, watching: null });
        else page.record = record;
        if (isFinished(record.view)) finished.add(jobId);
        else finished.delete(jobId);
        live.emit({ jobId, change: 'state' });
      }
      const last = records.at(-1);
      if (last !== undefined) changes.emit(last);
      prune();
    },
    get: (jobId) => pages.get(jobId)?.record,
    all: () => Array.from(pages.values(), ({ record }) => record),
    change: (jobId, { view, ...rest }, when = 'now') => {
      const page = pages.get(jobId);
      if (page === undefined) return;
      const isOver = isFinished({ ...page.record.view, ...view });
      const shown = isOver ? { hasPreview: false } : {};
      const changed = { ...page.record, ...rest, view: { ...page.record.view, ...view, ...shown } };
      page.record = { ...changed, historyAt: historyAtOf(page.record, changed, clock.now()) };
      if (isOver) dropPreview(page);
      if (isOver) finished.add(jobId);
      else finished.delete(jobId);
      if (when === 'soon') {
        page.publishing ??= clock.schedule(gatherMs, () => publish(page, 'progress'));
        return;
      }
      onRow(jobId);
      publish(page, 'state');
      if (isOver) prune();
    },
    setPreview: (jobId, preview) => {
      const page = pages.get(jobId);
      if (page === undefined || isFinished(page.record.view)) return;
      const watching = watchingOf(page);
      watching.next = preview;
      if (watching.timer === null) startPreview(page, watching);
    },
    remove: (jobIds) => {
      for (const jobId of jobIds) {
        const page = pages.get(jobId);
        if (page !== undefined) takeOut(jobId, page);
        live.emit({ jobId, change: 'removed' });
      }
    },
    onChange: (listener) => changes.on(listener),
    onLive: (listener) => live.on(listener),
    previewFeed: (jobId) => {
      const page = pages.get(jobId);
      return page === undefined ? undefined : watchingOf(page).feed;
    },
    stop: () => {
      for (const page of pages.values()) {
        page.publishing?.();
        page.watching?.timer?.();
      }
    },
  };
};
