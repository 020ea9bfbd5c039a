import type { JobOutput } from '#contract/models/job.ts';
import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import { mediaTypeOf } from '#core/shared/file-headers.ts';
import { contentLink } from './asset-links.ts';
import { idOfOutput, outputOfId } from './named-ids.ts';

/** Results whose sizes are remembered. */
const maxMeasured = 20_000;
/** For all results of an answer: a client waits for its job meanwhile, and asks again soon. */
const measureLimitMs = 5000;
/** Results that are measured at a time, and how long one that could not be is left alone. */
const measuredAtOnce = 8;
const retryAfterMs = 10_000;

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

/** The results of jobs as assets of the official API: each has an id that names its job and its place. */
export interface OutputAssets {
  /** The results of a job, with what their files say of themselves; one whose file cannot be asked has no bytes for now. */
  of(record: JobRecord): Promise<readonly OutputDocument[]>;
  find(assetId: string): Promise<Readonly<Record<string, unknown>> | null>;
  open(assetId: string, options: Parameters<Jobs['openOutput']>[2]): Promise<FileAnswer | null>;
}

interface Measured {
  readonly contentType: string;
  readonly sizeBytes: number;
  /** When it is worth another try; null for one that is known for good. */
  readonly retryAt: number | null;
}

const typeOf = ({ kind, key }: JobOutput): OutputDocument['type'] => (key === 'latents' ? 'latent' : kind);

const nameOf = ({ filename, key }: JobOutput): string => (filename === '' ? `${key}.txt` : filename);

/** How many bytes an answer has; those that come without their number are counted. */
const sizeOf = async ({ headers, body }: FileAnswer): Promise<number> => {
  const told = Number(headers['content-length'] ?? Number.NaN);
  if (Number.isFinite(told)) {
    await body[Symbol.asyncIterator]().return?.();
    return told;
  }
  let counted = 0;
  for await (const chunk of body) counted += chunk.byteLength;
  return counted;
};

/** One result of a job. */
interface Result {
  readonly record: JobRecord;
  readonly output: JobOutput;
}

/** Asks each result once, whoever wants to know, and again later where nobody answered until then. */
const createMeasures = (jobs: Pick<Jobs, 'openOutput'>, clock: Clock) => {
  const known = new Map<string, Measured>();
  const underway = new Map<string, Promise<Measured>>();

  const unknown = (output: JobOutput, retryAt: number): Measured => ({
    contentType: mediaTypeOf(nameOf(output)),
    sizeBytes: 0,
    retryAt,
  });

  const ask = async (jobId: string, output: JobOutput, limitMs: number): Promise<Measured> => {
    const limit = new AbortController();
    const cancel = clock.schedule(limitMs, () => limit.abort());
    try {
      const answer = await jobs.openOutput(jobId, output.index, { signal: limit.signal });
      const contentType = answer.headers['content-type'] ?? mediaTypeOf(nameOf(output));
      return { contentType, sizeBytes: await sizeOf(answer), retryAt: null };
    } catch (error) {
      // A stream that breaks off fails with whatever broke it.
      if (!(error instanceof Error)) throw error;
      return unknown(output, clock.now() + retryAfterMs);
    } finally {
      cancel();
    }
  };

  const remember = (key: string, measured: Measured): Measured => {
    known.delete(key);
    known.set(key, measured);
    const oldest = known.keys().next();
    if (known.size > maxMeasured && oldest.done !== true) known.delete(oldest.value);
    return measured;
  };

  return async ({ record: { order, view }, output }: Result, until: number): Promise<Measured> => {
    // A job that is run again has other results under the same numbers.
    const key = `${order.jobId} ${output.index} ${view.tries} ${view.finishedAt}`;
    const now = clock.now();
    const before = known.get(key);
    if (before !== undefined && (before.retryAt === null || before.retryAt > now)) return before;
    const asked = underway.get(key);
    if (asked !== undefined) return asked;
    if (now >= until) return unknown(output, now);
    const asking = ask(order.jobId, output, until - now)
      .then((measured) => remember(key, measured))
      .finally(() => underway.delete(key));
    underway.set(key, asking);
    return asking;
  };
};

export const createOutputAssets = (jobs: Pick<Jobs, 'openOutput' | 'record'>, clock: Clock): OutputAssets => {
  const measure = createMeasures(jobs, clock);

  const documentOf = async (result: Result, until: number): Promise<OutputDocument> => {
    const { record, output } = result;
    const { jobId } = record.order;
    const { contentType, sizeBytes } = await measure(result, until);
    const id = idOfOutput({ jobId, index: output.index });
    return {
      node_id: output.nodeId,
      name: nameOf(output),
      type: typeOf(output),
      content_type: contentType,
      size_bytes: sizeBytes,
      id,
      hash: null,
      ...contentLink(id, clock.now()),
      job_id: jobId,
    };
  };

  /** The job of a result that is there, and the result. */
  const placeOf = (assetId: string): Result | null => {
    const place = outputOfId(assetId);
    const record = place === null ? undefined : jobs.record(place.jobId);
    const output = record?.view.outputs.find(({ index }) => index === place?.index);
    return record === undefined || output === undefined ? null : { record, output };
  };

  return {
    of: async (record) => {
      const { outputs } = record.view;
      const made: OutputDocument[] = [];
      const until = clock.now() + measureLimitMs;
      for (let first = 0; first < outputs.length; first += measuredAtOnce) {
        const some = outputs.slice(first, first + measuredAtOnce);
        made.push(...(await Promise.all(some.map((output) => documentOf({ record, output }, until)))));
      }
      return made;
    },
    find: async (assetId) => {
      const place = placeOf(assetId);
      if (place === null) return null;
      const { view } = place.record;
      const { id, hash, content_type, size_bytes, name, url, url_expires_at, job_id } = await documentOf(
        place,
        clock.now() + measureLimitMs,
      );
      const created_at = new Date(view.finishedAt ?? view.submittedAt).toISOString();
      return { id, hash, size_bytes, content_type, file_path: name, created_at, url, url_expires_at, job_id };
    },
    open: async (assetId, options) => {
      const place = placeOf(assetId);
      if (place === null) return null;
      return jobs.openOutput(place.record.order.jobId, place.output.index, options);
    },
  };
};
