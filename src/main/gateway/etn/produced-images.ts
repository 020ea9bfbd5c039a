import type { FleetView } from '#core/jobs/fleet-view.ts';
import type { JobFrame, Jobs } from '#core/jobs/jobs-interface.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { FileAnswer } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import { isObject } from '#core/shared/json-object.ts';
import { createHeldImages, type HeldImagesOptions } from './held-images.ts';

/** The images that nodes put into the memory of their instance instead of a file: they would go with it. */
export interface ProducedImages {
  /** null for an id that no job of this studio's run produced. */
  instanceOf(id: string): string | null;
  /** Where a copy of it is kept; null before it has come, and where it is too large or too old to be kept. */
  find(id: string): { readonly uploadId: string } | null;
  close(): void;
}

export interface ProducedImagesDependencies {
  readonly jobs: Pick<Jobs, 'onFrame' | 'record'>;
  readonly fleet: Pick<FleetView, 'candidates'>;
  readonly reader: Pick<ComfyReader, 'get'>;
  readonly inputs: Pick<InputStore, 'put' | 'hold'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Ids remembered; an instance itself keeps far fewer. */
const maxIds = 10_000;
const maxImageBytes = 256 * 1024 ** 2;
const copyTimeoutMs = 120_000;
/** Instances answer while they work, but not many at once. */
const copiesAtOnce = 2;
/** Images that wait to be copied; beyond it the oldest stays with its producer alone. */
const maxWaiting = 200;

const usualRoom: HeldImagesOptions = { maxImages: 1000, maxBytes: 2 * 1024 ** 3 };

/** Items of `executed.output` that are fetched over HTTP by their id (field.md 5.1). */
export const imageIdsOf = (output: unknown): readonly string[] => {
  if (!isObject(output)) return [];
  const items = Object.values(output).flatMap((value: unknown): readonly unknown[] =>
    Array.isArray(value) ? value : [],
  );
  return items.flatMap((item) =>
    isObject(item) && item['source'] === 'http' && typeof item['id'] === 'string' ? [item['id']] : [],
  );
};

const letGo = async ({ body }: FileAnswer): Promise<void> => {
  await body[Symbol.asyncIterator]().return?.();
};

export const createProducedImages = (
  { jobs, fleet, reader, inputs, clock, logger }: ProducedImagesDependencies,
  room: HeldImagesOptions = usualRoom,
): ProducedImages => {
  const producers = new Map<string, string>();
  const copies = createHeldImages({ inputs, clock }, room);
  const waiting = new Map<string, string>();
  const stop = new AbortController();
  let copying = 0;

  const copy = async (id: string, instanceId: string): Promise<void> => {
    const endpoint = fleet.candidates().find((candidate) => candidate.instanceId === instanceId)?.endpoint;
    if (endpoint === undefined) return;
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(copyTimeoutMs)]);
    const answer = await reader.get(endpoint, `/api/etn/image/${encodeURIComponent(id)}`, { signal });
    if (answer.status !== 200) {
      await letGo(answer);
      return;
    }
    const contentType = answer.headers['content-type'] ?? 'application/octet-stream';
    const stored = await inputs.put(answer.body, { contentType, maxBytes: maxImageBytes, signal });
    // Another instance may have produced it anew in the meantime.
    if (producers.get(id) === instanceId) copies.add(id, stored);
  };

  const copyNext = (): void => {
    const [next] = waiting;
    if (next === undefined || copying >= copiesAtOnce || stop.signal.aborted) return;
    const [id, instanceId] = next;
    waiting.delete(id);
    copying += 1;
    copy(id, instanceId)
      .catch((error: unknown) => {
        if (!stop.signal.aborted) logger.debug('A produced image could not be copied.', { id, error: String(error) });
      })
      .finally(() => {
        copying -= 1;
        copyNext();
      });
  };

  const take = (id: string, instanceId: string): void => {
    producers.delete(id);
    producers.set(id, instanceId);
    // A copy of what had this id before.
    copies.remove(id);
    waiting.delete(id);
    waiting.set(id, instanceId);
    const [oldest] = waiting.keys();
    if (waiting.size > maxWaiting && oldest !== undefined) waiting.delete(oldest);
    copyNext();
  };

  const note = ({ jobId, frame }: JobFrame): void => {
    if (frame.kind !== 'message' || frame.type !== 'executed') return;
    const ids = imageIdsOf(frame.data['output']);
    const instanceId = ids.length === 0 ? null : (jobs.record(jobId)?.view.instanceId ?? null);
    if (instanceId === null) return;
    for (const id of ids) take(id, instanceId);
    for (const oldest of producers.keys()) {
      if (producers.size <= maxIds) break;
      producers.delete(oldest);
    }
  };

  const cancel = jobs.onFrame(note);
  return {
    instanceOf: (id) => producers.get(id) ?? null,
    find: copies.find,
    close: () => {
      cancel();
      stop.abort();
      waiting.clear();
      copies.close();
    },
  };
};
