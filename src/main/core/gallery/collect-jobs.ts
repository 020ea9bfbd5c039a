import { StudioError } from '#contract/errors.ts';
import type { Cancel } from '#core/ports/clock.ts';
import { isFinished } from '../jobs/job-record.ts';
import type { GalleryDependencies } from './gallery-dependencies.ts';
import { resultsOf } from './job-results.ts';

/** Brings the results of jobs into the index. */
export interface JobCollector {
  /** Jobs that ended while nobody looked, newest first. Answers false when all work is to end. */
  catchUp(rest: () => Promise<boolean>): Promise<boolean>;
  /** Jobs that ended or were forgotten since the last time. Answers whether there were any. */
  takeNew(rest: () => Promise<boolean>): Promise<boolean>;
  stop(): void;
}

const jobsOfPage = 50;
const jobsOfPiece = 4;
/** Forgetting one is a small part of taking one in. */
const forgottenOfPiece = 32;
const ended = ['succeeded', 'failed', 'cancelled'] as const;
/** The end of the newest job that is known to be in the index, with all before it. */
const untilNote = 'jobs-until';

type Parts = Pick<GalleryDependencies, 'index' | 'jobs' | 'jobStore' | 'logger'> & { readonly onNews: () => void };

export const createJobCollector = ({ index, jobs, jobStore, logger, onNews }: Parts): JobCollector => {
  const changed = new Set<string>();
  const removed = new Set<string>();
  const subscriptions: readonly Cancel[] = [
    jobs.onChange(({ view }) => {
      if (!isFinished(view) || view.outputs.length === 0) return;
      changed.add(view.id);
      onNews();
    }),
    jobs.live.onChange((jobId, change) => {
      if (change !== 'removed') return;
      removed.add(jobId);
      onNews();
    }),
  ];

  /** A job whose row or graph cannot be read is left out: its files are found on the disk. */
  const collect = (jobId: string): void => {
    try {
      const record = jobs.record(jobId);
      if (record !== undefined) index.putJobResults(resultsOf(record));
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      logger.warn('The results of a job are left out of the gallery', { jobId, code: error.code });
    }
  };

  /** Does something with each of them, a few at a time; false when all work is to end. */
  const inPieces = async (
    ids: readonly string[],
    size: number,
    rest: () => Promise<boolean>,
    act: (jobId: string) => void,
  ): Promise<boolean> => {
    for (let first = 0; first < ids.length; first += size) {
      for (const jobId of ids.slice(first, first + size)) act(jobId);
      if (!(await rest())) return false;
    }
    return true;
  };

  const takeNew = async (rest: () => Promise<boolean>): Promise<boolean> => {
    const isAnything = changed.size + removed.size > 0;
    const forget = (jobId: string): void => {
      removed.delete(jobId);
      changed.delete(jobId);
      index.forgetJob(jobId);
    };
    const take = (jobId: string): void => {
      if (changed.delete(jobId)) collect(jobId);
    };
    let isGoing = true;
    while (isGoing && removed.size > 0) isGoing = await inPieces([...removed], forgottenOfPiece, rest, forget);
    while (isGoing && changed.size > 0) isGoing = await inPieces([...changed], jobsOfPiece, rest, take);
    return isAnything;
  };

  const catchUp = async (rest: () => Promise<boolean>): Promise<boolean> => {
    const until = Number(index.note(untilNote) ?? Number.NEGATIVE_INFINITY);
    let newest: number | null = null;
    for (let offset = 0; ; offset += jobsOfPage) {
      const { jobs: page } = jobStore.page({ states: [...ended] }, offset, jobsOfPage);
      const unknown = page.flatMap(({ view }) => (view.outputs.length > 0 && !index.knowsJob(view.id) ? view.id : []));
      newest ??= page[0]?.view.finishedAt ?? null;
      const oldest = page.at(-1)?.view.finishedAt ?? Number.NEGATIVE_INFINITY;
      if (!(await rest()) || !(await inPieces(unknown, jobsOfPiece, rest, collect))) return false;
      if (page.length < jobsOfPage || oldest < until) break;
    }
    if (newest !== null) index.setNote(untilNote, String(newest));
    return true;
  };

  return {
    catchUp: async (rest) => {
      try {
        return await catchUp(rest);
      } catch (error) {
        if (!(error instanceof StudioError)) throw error;
        logger.warn('The gallery lacks results of jobs that cannot be read', { code: error.code });
        return rest();
      }
    },
    takeNew,
    stop: () => {
      for (const cancel of subscriptions) cancel();
    },
  };
};
