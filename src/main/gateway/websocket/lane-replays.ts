import type { JobRecord } from '#core/jobs/job-record.ts';
import { readableOr } from '#core/jobs/stored-reads.ts';
import { pictureFrame } from './binary-frames.ts';
import { graphContent } from './graph-content.ts';
import type { Outgoing, OutgoingBinary } from './outgoing.ts';
import { createReplayStore, type ReplayLimits, type ResultPicture } from './replay-store.ts';
import { resultClasses } from './result-nodes.ts';

export const replayLimits: ReplayLimits = {
  maxBytes: 256 * 1024 ** 2,
  maxLaneBytes: 64 * 1024 ** 2,
  maxLaneGraphs: 50,
};

/**
 * Result frames for clients with a lane. An instance that has all of a graph in its cache sends no pictures, and such a client shows
 * those of its previous job then, which here may have been of another graph on another instance (field.md 5.1).
 */
export interface LaneReplays {
  /** Frames that a client with a lane is sent. */
  note(record: JobRecord, items: readonly Outgoing[]): void;
  /** The job ended: answers what its client is to be sent once more, and keeps what it was sent. */
  end(record: JobRecord, cachedNodes: ReadonlySet<string>): readonly OutgoingBinary[];
  forget(jobId: string): void;
}

const pictureOf = ({ frame, at }: OutgoingBinary): ResultPicture | null => {
  if (frame.kind !== 'picture') return null;
  const { metadata, isPng, picture } = frame;
  const made = { node_id: at?.node, display_node_id: at?.displayNode, real_node_id: at?.node, parent_node_id: null };
  return { metadata: metadata ?? made, isPng, picture };
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const replayed = (jobId: string, { metadata, isPng, picture }: ResultPicture): OutgoingBinary => {
  const node = text(metadata['node_id']);
  return {
    kind: 'binary',
    jobId,
    frame: pictureFrame({ ...metadata, prompt_id: jobId }, { isPng, picture }),
    at: { node, displayNode: text(metadata['display_node_id']) || node },
    isResult: true,
  };
};

/** Also what the history says, for a run of which nothing was heard. */
const allCached = ({ entry }: JobRecord, heard: ReadonlySet<string>): ReadonlySet<string> => {
  const told = entry?.messages.find(([event]) => event === 'execution_cached')?.[1]['nodes'];
  const nodes: readonly unknown[] = Array.isArray(told) ? told : [];
  return new Set([...heard, ...nodes.filter((nodeId) => typeof nodeId === 'string')]);
};

export const createLaneReplays = (limits: ReplayLimits = replayLimits): LaneReplays => {
  const store = createReplayStore(limits);
  const collected = new Map<string, { bytes: number; pictures: ResultPicture[] }>();

  const note = (jobId: string, picture: ResultPicture): void => {
    const jobs = collected.get(jobId) ?? { bytes: 0, pictures: [] };
    collected.set(jobId, jobs);
    jobs.bytes += picture.picture.byteLength;
    if (jobs.bytes > limits.maxLaneBytes) jobs.pictures = [];
    else jobs.pictures.push(picture);
  };

  return {
    note: ({ order }, items) => {
      if (order.lane === null) return;
      for (const item of items) {
        const picture = item.kind === 'binary' && item.isResult ? pictureOf(item) : null;
        if (picture !== null) note(order.jobId, picture);
      }
    },
    end: (record, heard) => {
      const { order, view } = record;
      const { jobId, lane } = order;
      const sent = collected.get(jobId)?.pictures ?? [];
      collected.delete(jobId);
      if (lane === null || view.state !== 'succeeded') return [];
      // Of a graph that cannot be read nobody knows whether it sends pictures.
      const prompt = readableOr(() => order.prompt, {});
      const senders = Object.keys(prompt).filter((nodeId) => resultClasses.has(prompt[nodeId]?.class_type ?? ''));
      const graph = senders.length === 0 ? null : graphContent(prompt);
      if (graph === null) return [];
      const cached = allCached(record, heard);
      if (sent.length === 0 && senders.every((nodeId) => cached.has(nodeId)))
        return store.find(lane, graph).map((picture) => replayed(jobId, picture));
      if (!senders.some((nodeId) => cached.has(nodeId))) store.keep(lane, graph, sent);
      return [];
    },
    forget: (jobId) => {
      collected.delete(jobId);
    },
  };
};
