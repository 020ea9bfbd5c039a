import type { JobPreview, JobView } from '#contract/models/job.ts';
import type { Prompt } from '#contract/models/workflow.ts';
import { createTopicFeed, type PublishedTopic, type TopicFeed } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { HistoryEntry } from '#core/ports/comfy-client.ts';
import type { OutputFolders } from '#core/ports/output-folder-reader.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import type { JobInput } from './place-inputs.ts';
import type { Refusal } from './run-record.ts';

/** What stays the same about a job from its submission to its end. */
export interface JobOrder {
  readonly jobId: string;
  readonly prompt: Prompt;
  readonly classTypes: readonly string[];
  /** Characters of text in the graph: pictures written into it make most of what a job weighs. */
  readonly characters: number;
  /** The nodes that it is run for. */
  readonly outputNodeIds: readonly string[];
  readonly inputs: readonly JobInput[];
  readonly extraData: Readonly<Record<string, unknown>>;
  readonly passThrough: Readonly<Record<string, unknown>>;
  /** Its place in the order of ComfyUI's queue numbers. */
  readonly number: number;
  /** The client id under which instances send its events. */
  readonly upstreamClientId: string;
}

/** A job as the studio keeps it. */
export interface JobRecord {
  readonly order: JobOrder;
  readonly view: JobView;
  /** The entry of the instance's history, where it was had. */
  readonly entry: HistoryEntry | null;
  /** The instance's own answer to a prompt that it refused. */
  readonly refusal: Refusal | null;
  /** The `node_errors` with which an instance took the prompt, empty when there are none; null while it is not taken. */
  readonly acceptedWith: Readonly<Record<string, unknown>> | null;
  /** Where the instance that it was given to keeps its files, remembered beyond that instance; null for none and for a remote one. */
  readonly outputFolders: OutputFolders | null;
}

export const isFinished = ({ state }: Pick<JobView, 'state'>): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled';

type Change = Partial<Omit<JobRecord, 'order' | 'view'>> & { readonly view?: Partial<JobView> };

export interface JobBook {
  add(record: JobRecord): void;
  get(jobId: string): JobRecord | undefined;
  /** In the order in which they were submitted. */
  all(): readonly JobRecord[];
  /** `soon` gathers changes that come many times a second, such as progress. */
  change(jobId: string, change: Change, when?: 'now' | 'soon'): void;
  setPreview(jobId: string, preview: () => JobPreview): void;
  removeFinished(): number;
  /** Told after every change that is published. */
  onChange(listener: (record: JobRecord) => void): Cancel;
  readonly feed: TopicFeed<TopicState<'jobs'>, TopicEvent<'jobs'>>;
  previewFeed(jobId: string): TopicFeed<JobPreview | null, JobPreview | null> | undefined;
  stop(): void;
}

/** How much of finished jobs is kept: graphs may hold pictures of many megabytes as text. */
export interface Retention {
  readonly jobs: number;
  readonly characters: number;
}

const gatherMs = 100;
const previewMs = 150;

interface Page {
  record: JobRecord;
  publishing: Cancel | null;
  preview: JobPreview | null;
  nextPreview: (() => JobPreview) | null;
  previewing: Cancel | null;
  readonly previews: PublishedTopic<JobPreview | null, JobPreview | null>;
}

/** Keeps all unfinished jobs and the latest finished ones, and tells who watches. */
export const createJobBook = (clock: Clock, keep: Retention): JobBook => {
  const pages = new Map<string, Page>();
  const changes = createEmitter<JobRecord>();
  const feed = createTopicFeed<TopicState<'jobs'>, TopicEvent<'jobs'>>(() => ({
    jobs: [...pages.values()].map(({ record }) => record.view),
  }));

  const publish = (page: Page): void => {
    page.publishing?.();
    page.publishing = null;
    feed.publish({ type: 'changed', job: page.record.view });
    changes.emit(page.record);
  };

  const showPreview = (page: Page): void => {
    page.preview = page.nextPreview?.() ?? null;
    page.nextPreview = null;
    page.previews.publish(page.preview);
    if (!page.record.view.hasPreview && page.preview !== null) {
      page.record = { ...page.record, view: { ...page.record.view, hasPreview: true } };
      publish(page);
    }
  };

  /** Shows the latest one now and the next not before a moment has passed. */
  const startPreview = (page: Page): void => {
    showPreview(page);
    page.previewing = clock.schedule(previewMs, () => {
      page.previewing = null;
      if (page.nextPreview !== null) startPreview(page);
    });
  };

  const dropPreview = (page: Page): void => {
    page.previewing?.();
    page.previewing = null;
    page.nextPreview = null;
    if (page.preview === null) return;
    page.preview = null;
    page.previews.publish(null);
  };

  const remove = (page: Page): void => {
    page.publishing?.();
    dropPreview(page);
    pages.delete(page.record.order.jobId);
    feed.publish({ type: 'removed', jobId: page.record.order.jobId });
  };

  /** Jobs leave in the order in which they ended, not in the one in which they came; the latest always stays. */
  const prune = (): void => {
    const finished = [...pages.values()].filter(({ record }) => isFinished(record.view));
    const latestFirst = finished.toSorted((a, b) => (b.record.view.finishedAt ?? 0) - (a.record.view.finishedAt ?? 0));
    let characters = 0;
    for (const [index, page] of latestFirst.entries()) {
      characters += page.record.order.characters;
      if (index >= keep.jobs || (index > 0 && characters > keep.characters)) remove(page);
    }
  };

  return {
    add: (record) => {
      const page: Page = {
        record,
        publishing: null,
        preview: null,
        nextPreview: null,
        previewing: null,
        previews: createTopicFeed<JobPreview | null, JobPreview | null>(() => page.preview),
      };
      pages.set(record.order.jobId, page);
      publish(page);
    },
    get: (jobId) => pages.get(jobId)?.record,
    all: () => [...pages.values()].map(({ record }) => record),
    change: (jobId, { view, ...rest }, when = 'now') => {
      const page = pages.get(jobId);
      if (page === undefined) return;
      const finished = isFinished({ ...page.record.view, ...view });
      page.record = {
        ...page.record,
        ...rest,
        view: { ...page.record.view, ...view, ...(finished ? { hasPreview: false } : {}) },
      };
      if (finished) dropPreview(page);
      if (when === 'now') publish(page);
      else page.publishing ??= clock.schedule(gatherMs, () => publish(page));
      if (finished) prune();
    },
    setPreview: (jobId, preview) => {
      const page = pages.get(jobId);
      if (page === undefined || isFinished(page.record.view)) return;
      page.nextPreview = preview;
      if (page.previewing === null) startPreview(page);
    },
    removeFinished: () => {
      const finished = [...pages.values()].filter(({ record }) => isFinished(record.view));
      for (const page of finished) remove(page);
      return finished.length;
    },
    onChange: (listener) => changes.on(listener),
    feed,
    previewFeed: (jobId) => pages.get(jobId)?.previews,
    stop: () => {
      for (const page of pages.values()) {
        page.publishing?.();
        page.previewing?.();
      }
    },
  };
};
