import { setTimeout as wait } from 'node:timers/promises';
import { callStudio } from '../../test/studio-client.ts';
import { type KillKind, killAtStart, killSomething, type Victims } from './kill-something.ts';
import { type Submissions, untilAnswered } from './submissions.ts';

/**
 * When something is killed. queue: while jobs run; submit, batch, retry: while such calls are underway; start: while a studio starts that
 * was killed before.
 */
export const killMoments = ['queue', 'submit', 'batch', 'retry', 'start'] as const;
export type KillMoment = (typeof killMoments)[number];

export interface MomentParts {
  readonly victims: Victims;
  readonly submissions: Submissions;
  readonly random: () => number;
}

const submitsAtOnce = 6;
const batchSize = 20;
const retriesAtOnce = 5;
/** The calls take a few to some dozens of milliseconds. */
const callSpanMs = 40;

/** Takes jobs out of the end of the queue and asks for them again. */
const beginRetries = async ({ victims, random }: MomentParts): Promise<() => Promise<unknown>> => {
  const { studio } = victims;
  const { total } = await callStudio(studio, 'jobs.list', { states: ['queued'], limit: 1 });
  const offset = Math.max(0, total - retriesAtOnce - Math.floor(random() * 5));
  const { jobs } = await callStudio(studio, 'jobs.list', { states: ['queued'], offset, limit: retriesAtOnce });
  const jobIds = jobs.map(({ id }) => id);
  if (jobIds.length > 0) await callStudio(studio, 'jobs.cancelMany', { jobIds });
  const isDone = (text: string): boolean => text.includes('JOB_NOT_FINISHED');
  return () =>
    Promise.all(
      jobIds.map((id) => untilAnswered(() => callStudio(victims.studio, 'jobs.retry', { jobIds: [id] }), isDone)),
    );
};

const beginCalls = async (parts: MomentParts, moment: Exclude<KillMoment, 'queue' | 'start'>) => {
  switch (moment) {
    case 'submit':
      return () => parts.submissions.singles(submitsAtOnce);
    case 'batch':
      return () => parts.submissions.batch(batchSize);
    case 'retry':
      return beginRetries(parts);
  }
};

/** Kills at a moment and waits until everything that was underway is answered. */
export const killAt = async (parts: MomentParts, moment: KillMoment, kind: KillKind): Promise<void> => {
  const { victims, random } = parts;
  if (moment === 'start') return killAtStart(victims, kind, random);
  if (moment === 'queue') return killSomething(victims, kind, random);
  const begin = await beginCalls(parts, moment);
  const answered = begin();
  await Promise.all([answered, wait(random() * callSpanMs).then(() => killSomething(victims, kind, random))]);
};
