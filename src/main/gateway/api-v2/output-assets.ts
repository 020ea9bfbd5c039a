import { StudioError } from '#contract/errors.ts';
import type { JobOutput } from '#contract/models/job.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import { contentLink } from './asset-links.ts';
import { idOfOutput } from './named-ids.ts';

const linkMs = 86_400_000;
/** Jobs whose results are remembered with their sizes. */
const maxJobs = 500;
/** Results whose job is known by their id. */
const maxIds = 20_000;
const pageSize = 200;

export interface OutputDocument {
  readonly node_id: string;
  readonly name: string;
  readonly type: 'image' | 'video' | 'audio' | 'text' | 'file' | 'latent';
  readonly content_type: string;
  readonly size_bytes: number;
  readonly id: string;
  readonly hash: null;
  readonly url: string;
  readonly url_expires_at: string;
  readonly job_id: string;
}

interface Place {
  readonly jobId: string;
  readonly index: number;
}

/** The results of jobs as assets of the official API: each has an id that follows from its job and its place. */
export interface OutputAssets {
  /** The results of a job that ended, with their sizes as their files have them now. */
  of(record: JobRecord): Promise<readonly OutputDocument[]>;
  find(assetId: string): Promise<Readonly<Record<string, unknown>> | null>;
  open(assetId: string, options: Parameters<Jobs['openOutput']>[2]): Promise<FileAnswer | null>;
}

/** Takes the oldest out of a map that remembers in the order of use. */
const bound = <Key, Value>(map: Map<Key, Value>, most: number): void => {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
};

const typeOf = ({ kind, key }: JobOutput): OutputDocument['type'] => (key === 'latents' ? 'latent' : kind);

export const createOutputAssets = (
  jobs: Pick<Jobs, 'openOutput' | 'past' | 'record'>,
  now: () => number,
): OutputAssets => {
  const documents = new Map<string, readonly OutputDocument[]>();
  const places = new Map<string, Place>();

  const remember = (record: JobRecord): void => {
    const { jobId } = record.order;
    for (const { index } of record.view.outputs) places.set(idOfOutput(jobId, index), { jobId, index });
    bound(places, maxIds);
  };

  /** What its file says of itself; a result whose file is gone is told of with no bytes. */
  const measure = async (jobId: string, index: number): Promise<{ contentType: string; sizeBytes: number }> => {
    try {
      const { headers, body } = await jobs.openOutput(jobId, index);
      let sizeBytes = Number(headers['content-length'] ?? Number.NaN);
      if (Number.isFinite(sizeBytes)) await body[Symbol.asyncIterator]().return?.();
      else {
        sizeBytes = 0;
        for await (const chunk of body) sizeBytes += chunk.byteLength;
      }
      return { contentType: headers['content-type'] ?? 'application/octet-stream', sizeBytes };
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      return { contentType: 'application/octet-stream', sizeBytes: 0 };
    }
  };

  const documentOf = async (jobId: string, output: JobOutput): Promise<OutputDocument> => {
    const { contentType, sizeBytes } = await measure(jobId, output.index);
    const id = idOfOutput(jobId, output.index);
    return {
      node_id: output.nodeId,
      name: output.filename === '' ? `${output.key}.txt` : output.filename,
      type: typeOf(output),
      content_type: contentType,
      size_bytes: sizeBytes,
      id,
      hash: null,
      url: contentLink(id),
      url_expires_at: new Date(now() + linkMs).toISOString(),
      job_id: jobId,
    };
  };

  const of = async (record: JobRecord): Promise<readonly OutputDocument[]> => {
    const { jobId } = record.order;
    const known = documents.get(jobId);
    if (known !== undefined && known.length === record.view.outputs.length) return known;
    remember(record);
    const made: OutputDocument[] = [];
    for (const output of record.view.outputs) made.push(await documentOf(jobId, output));
    if (record.view.finishedAt !== null) documents.set(jobId, made);
    bound(documents, maxJobs);
    return made;
  };

  /** An id that was told before a restart is looked for among all jobs, the newest first. */
  const placeOf = async (assetId: string): Promise<Place | undefined> => {
    const known = places.get(assetId);
    if (known !== undefined) return known;
    const { total } = jobs.past({ offset: 0, limit: 1 });
    for (let end = total; end > 0; end -= pageSize) {
      const offset = Math.max(0, end - pageSize);
      const { records } = jobs.past({ offset, limit: end - offset });
      for (const record of records) {
        const { jobId } = record.order;
        const output = record.view.outputs.find(({ index }) => idOfOutput(jobId, index) === assetId);
        if (output === undefined) continue;
        remember(record);
        return { jobId, index: output.index };
      }
      // Others get their turn between two pages.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return undefined;
  };

  return {
    of,
    find: async (assetId) => {
      const place = await placeOf(assetId);
      const record = place === undefined ? undefined : jobs.record(place.jobId);
      if (place === undefined || record === undefined) return null;
      const found = (await of(record)).find(({ id }) => id === assetId);
      if (found === undefined) return null;
      const { content_type, size_bytes, name, url, url_expires_at, job_id } = found;
      const created_at = new Date(record.view.finishedAt ?? record.view.submittedAt).toISOString();
      return {
        id: assetId,
        hash: null,
        size_bytes,
        content_type,
        file_path: name,
        created_at,
        url,
        url_expires_at,
        job_id,
      };
    },
    open: async (assetId, options) => {
      const place = await placeOf(assetId);
      return place === undefined ? null : jobs.openOutput(place.jobId, place.index, options);
    },
  };
};
