import type { Clock } from '../../ports/clock.ts';
import { limited } from '../limited.ts';

/** The result of a task, or `fallback` when it takes longer than the limit; the task itself goes on unheard. */
export const within = async <Result, Fallback>(
  clock: Clock,
  limitMs: number,
  task: Promise<Result>,
  fallback: Fallback,
): Promise<Result | Fallback> => {
  const outcome = await limited(task, limitMs, clock);
  if (outcome.kind === 'failed') throw outcome.error;
  return outcome.kind === 'done' ? outcome.value : fallback;
};
