import type { PolicyJob } from '../policy.ts';
import { createWaitingLine, type WaitingLine } from './waiting-line.ts';

/** Jobs that wait, in one line for each model. */
export interface LinesByModel {
  add(job: PolicyJob): void;
  take(job: PolicyJob): void;
  /** The first job of every model for which one waits, by arrival. */
  heads(): readonly PolicyJob[];
  head(model: string): PolicyJob | undefined;
  waiting(model: string): number;
  readonly size: number;
}

/** `modelOf` answers what a job is sorted by. */
export const createLinesByModel = (modelOf: (job: PolicyJob) => string): LinesByModel => {
  const lines = new Map<string, WaitingLine>();
  const lineOf = (model: string): WaitingLine => {
    const line = lines.get(model) ?? createWaitingLine();
    lines.set(model, line);
    return line;
  };
  /** Ids count up with the arrivals, but as text they do not sort that way; the order of coming does. */
  const order = new Map<string, number>();
  let size = 0;

  const orderOf = (job: PolicyJob): number => order.get(job.id) ?? 0;

  return {
    add(job) {
      if (!order.has(job.id)) order.set(job.id, order.size);
      lineOf(modelOf(job)).add(job);
      size += 1;
    },
    take(job) {
      lineOf(modelOf(job)).take(job.id);
      size -= 1;
    },
    heads: () =>
      [...lines.values()].flatMap((line) => line.first() ?? []).sort((one, other) => orderOf(one) - orderOf(other)),
    head: (model) => lines.get(model)?.first(),
    waiting: (model) => lines.get(model)?.size ?? 0,
    get size() {
      return size;
    },
  };
};
