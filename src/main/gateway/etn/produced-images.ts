import type { JobFrame, Jobs } from '#core/jobs/jobs-interface.ts';
import { isObject } from '#core/shared/json-object.ts';

/** Which instance holds the images that nodes put into its memory instead of a file. */
export interface ProducedImages {
  /** null for an id that no job of this studio's run produced. */
  instanceOf(id: string): string | null;
  close(): void;
}

/** Ids remembered; an instance itself keeps far fewer. */
const maxIds = 10_000;

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

export const createProducedImages = (jobs: Pick<Jobs, 'onFrame' | 'record'>): ProducedImages => {
  const producers = new Map<string, string>();

  const note = ({ jobId, frame }: JobFrame): void => {
    if (frame.kind !== 'message' || frame.type !== 'executed') return;
    const ids = imageIdsOf(frame.data['output']);
    const instanceId = ids.length === 0 ? null : (jobs.record(jobId)?.view.instanceId ?? null);
    if (instanceId === null) return;
    for (const id of ids) {
      producers.delete(id);
      producers.set(id, instanceId);
    }
    for (const oldest of producers.keys()) {
      if (producers.size <= maxIds) break;
      producers.delete(oldest);
    }
  };

  const close = jobs.onFrame(note);
  return { instanceOf: (id) => producers.get(id) ?? null, close };
};
