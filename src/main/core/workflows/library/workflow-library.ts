import { StudioError } from '#contract/errors.ts';
import { libraryLimits, type SavedWorkflow, type WorkflowContent } from '#contract/models/library.ts';
import type { Notice } from '#contract/models/studio.ts';
import { createTopicFeed, type TopicFeed } from '#contract/topic-feed.ts';
import type { TopicEvent, TopicState } from '#contract/topics.ts';
import type { Clock, MakeId } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { WorkflowPicture, WorkflowRecord, WorkflowStore } from '#core/ports/workflow-store.ts';
import { freeName, matchesSearch, summaryOf, withDistinctTags } from './library-record.ts';

export interface LibraryDependencies {
  readonly store: WorkflowStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly makeId: MakeId;
  readonly logger: Logger;
  /** Told of files that could not be read. */
  readonly onNotice: (notice: Notice) => void;
}

export interface SavedContent {
  readonly workflow: SavedWorkflow;
  readonly content: WorkflowContent;
}

/** The saved workflows. What is deleted can be brought back for a while; a save over what somebody else saved is refused. */
export interface WorkflowLibrary {
  readonly feed: TopicFeed<TopicState<'workflows'>, TopicEvent<'workflows'>>;
  /** Begins to read what is stored; every call waits for it. */
  open(): void;
  list(filter: {
    readonly search: string;
    readonly tag: string | null;
    readonly deleted: boolean;
  }): Promise<SavedWorkflow[]>;
  /** WORKFLOW_NOT_FOUND. */
  get(workflowId: string): Promise<SavedContent>;
  picture(workflowId: string): Promise<WorkflowPicture>;
  /** WORKFLOW_NOT_FOUND, WORKFLOW_CHANGED, WORKFLOW_LIBRARY_FULL. */
  save(workflowId: string | null, expectedRevision: number | null, content: WorkflowContent): Promise<SavedWorkflow>;
  change(
    workflowId: string,
    expectedRevision: number,
    changes: { readonly name?: string | undefined; readonly tags?: readonly string[] | undefined },
  ): Promise<SavedWorkflow>;
  /** Saves new workflows under names that are free. */
  add(
    contents: readonly { readonly content: WorkflowContent; readonly picture: WorkflowPicture | null }[],
  ): Promise<SavedWorkflow[]>;
  duplicate(workflowId: string): Promise<SavedWorkflow>;
  remove(workflowIds: readonly string[]): Promise<number>;
  restore(workflowIds: readonly string[]): Promise<number>;
  setPicture(workflowId: string, picture: Omit<WorkflowPicture, 'revision'> | null): Promise<SavedWorkflow>;
  noteRun(workflowId: string): Promise<void>;
}

const notFound = (workflowId: string): StudioError =>
  new StudioError('WORKFLOW_NOT_FOUND', undefined, { details: { workflowId } });

const dayMs = 86_400_000;

export const createWorkflowLibrary = (dependencies: LibraryDependencies): WorkflowLibrary => {
  const { store, clock, makeId, logger } = dependencies;
  const summaries = new Map<string, SavedWorkflow>();
  const opened = Promise.withResolvers<void>();
  let last: Promise<unknown> = opened.promise;
  const present = (): SavedWorkflow[] => [...summaries.values()].filter(({ deletedAt }) => deletedAt === null);
  const feed = createTopicFeed<TopicState<'workflows'>, TopicEvent<'workflows'>>(() => ({ workflows: present() }));

  /** Changes run one after the other, so that two of them never start from the same state. */
  const inTurn = <Result>(task: () => Promise<Result>): Promise<Result> => {
    const result = last.then(task, task);
    last = result.catch(() => undefined);
    return result;
  };

  const tell = (record: WorkflowRecord): SavedWorkflow => {
    const summary = summaryOf(record);
    const wasThere = summaries.get(record.id)?.deletedAt === null;
    summaries.set(record.id, summary);
    if (summary.deletedAt === null) feed.publish({ type: 'changed', workflow: summary });
    else if (wasThere) feed.publish({ type: 'removed', workflowId: record.id });
    return summary;
  };

  const write = async (record: WorkflowRecord): Promise<SavedWorkflow> => {
    await store.save(record);
    return tell(record);
  };

  const read = async (workflowId: string, deleted = false): Promise<WorkflowRecord> => {
    const summary = summaries.get(workflowId);
    if (summary === undefined || (summary.deletedAt !== null) !== deleted) throw notFound(workflowId);
    const record = await store.load(workflowId);
    if (record === null) throw notFound(workflowId);
    return record;
  };

  const requireRevision = (record: WorkflowRecord, expected: number | null): void => {
    if (expected === record.revision) return;
    const { id, revision, content } = record;
    throw new StudioError('WORKFLOW_CHANGED', undefined, { details: { workflowId: id, revision, name: content.name } });
  };

  const requireRoom = (count: number): void => {
    if (present().length + count <= libraryLimits.workflows) return;
    throw new StudioError('WORKFLOW_LIBRARY_FULL', undefined, { details: { maxWorkflows: libraryLimits.workflows } });
  };

  const namesTaken = (): Set<string> => new Set(present().map(({ name }) => name.toLowerCase()));

  const fresh = (content: WorkflowContent, picture: WorkflowPicture | null): WorkflowRecord => {
    const now = clock.now();
    return {
      id: makeId(),
      revision: 1,
      content: withDistinctTags(content),
      picture: picture === null ? null : { ...picture, revision: 1 },
      createdAt: now,
      changedAt: now,
      lastRunAt: null,
      deletedAt: null,
    };
  };

  const add: WorkflowLibrary['add'] = (contents) =>
    inTurn(async () => {
      requireRoom(contents.length);
      const taken = namesTaken();
      const saved: SavedWorkflow[] = [];
      for (const { content, picture } of contents) {
        const name = freeName(content.name, taken);
        taken.add(name.toLowerCase());
        saved.push(await write(fresh({ ...content, name }, picture)));
      }
      return saved;
    });

  const replace = async (record: WorkflowRecord, content: WorkflowContent): Promise<SavedWorkflow> =>
    write({ ...record, revision: record.revision + 1, content: withDistinctTags(content), changedAt: clock.now() });

  /** Forgets what was deleted long ago, and the oldest of too many. */
  const purge = async (): Promise<void> => {
    const deleted = [...summaries.values()]
      .filter(({ deletedAt }) => deletedAt !== null)
      .toSorted((a, b) => (b.deletedAt ?? 0) - (a.deletedAt ?? 0));
    const oldest = clock.now() - libraryLimits.deletedDays * dayMs;
    for (const [index, { id, deletedAt }] of deleted.entries()) {
      if (index < libraryLimits.deleted && (deletedAt ?? 0) > oldest) continue;
      summaries.delete(id);
      await store.purge(id);
    }
  };

  const setDeleted = async (workflowIds: readonly string[], deletedAt: number | null): Promise<number> => {
    let changed = 0;
    for (const workflowId of new Set(workflowIds)) {
      const summary = summaries.get(workflowId);
      if (summary === undefined || (summary.deletedAt === null) === (deletedAt === null)) continue;
      await write({ ...(await read(workflowId, deletedAt === null)), deletedAt });
      changed += 1;
    }
    return changed;
  };

  const load = async (): Promise<void> => {
    const { records, notices } = await store.loadAll();
    for (const record of records) tell(record);
    for (const notice of notices) dependencies.onNotice(notice);
    await purge();
  };

  return {
    feed,
    open: () => {
      load()
        .catch((error: unknown) => logger.error('The saved workflows cannot be read.', { error: String(error) }))
        .finally(() => opened.resolve());
    },
    list: async ({ search, tag, deleted }) => {
      await opened.promise;
      return [...summaries.values()]
        .filter((one) => (one.deletedAt !== null) === deleted && (tag === null || one.tags.includes(tag)))
        .filter((one) => matchesSearch(one, search))
        .toSorted((a, b) => b.changedAt - a.changedAt);
    },
    get: async (workflowId) => {
      await opened.promise;
      const record = await read(workflowId);
      return { workflow: summaryOf(record), content: record.content };
    },
    picture: async (workflowId) => {
      await opened.promise;
      const { picture } = await read(workflowId);
      if (picture === null) throw notFound(workflowId);
      return picture;
    },
    save: async (workflowId, expectedRevision, content) => {
      if (workflowId !== null) {
        return inTurn(async () => {
          const record = await read(workflowId);
          requireRevision(record, expectedRevision);
          return replace(record, content);
        });
      }
      const [saved] = await add([{ content, picture: null }]);
      if (saved === undefined) throw new StudioError('INTERNAL');
      return saved;
    },
    change: (workflowId, expectedRevision, { name, tags }) =>
      inTurn(async () => {
        const record = await read(workflowId);
        requireRevision(record, expectedRevision);
        const { content } = record;
        return replace(record, { ...content, name: name ?? content.name, tags: [...(tags ?? content.tags)] });
      }),
    add,
    duplicate: async (workflowId) => {
      await opened.promise;
      const { content, picture } = await read(workflowId);
      const [saved] = await add([{ content, picture }]);
      if (saved === undefined) throw new StudioError('INTERNAL');
      return saved;
    },
    remove: (workflowIds) =>
      inTurn(async () => {
        const removed = await setDeleted(workflowIds, clock.now());
        await purge();
        return removed;
      }),
    restore: (workflowIds) =>
      inTurn(async () => {
        for (const workflowId of workflowIds) if (!summaries.has(workflowId)) throw notFound(workflowId);
        requireRoom(workflowIds.length);
        return setDeleted(workflowIds, null);
      }),
    setPicture: (workflowId, picture) =>
      inTurn(async () => {
        const record = await read(workflowId);
        const revision = (record.picture?.revision ?? 0) + 1;
        return write({ ...record, picture: picture === null ? null : { ...picture, revision } });
      }),
    noteRun: (workflowId) =>
      inTurn(async () => {
        await write({ ...(await read(workflowId)), lastRunAt: clock.now() });
      }),
  };
};
