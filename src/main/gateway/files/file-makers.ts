import type { JobRecord } from '#core/jobs/job-record.ts';
import type { Jobs } from '#core/jobs/jobs.ts';
import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { OutputFile } from '#core/ports/comfy-client.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { OutputFolders } from '#core/ports/output-folder-reader.ts';

/** Where a job left a file. */
export interface FileMaker {
  readonly instanceId: string;
  /** Where that instance kept its files then; null for a remote one. */
  readonly outputFolders: OutputFolders | null;
}

/** Who made which file: asked for every picture that a client looks at, so that no answer may cost a walk over all jobs. */
export interface FileMakers {
  /** The latest maker of such a file, or that of one instance; null where no job is known to have made it. */
  find(file: OutputFile, instanceId: string | null): FileMaker | null;
  close(): void;
}

interface Known extends FileMaker {
  readonly madeAt: number;
}

/** Of ended jobs that are not in memory any more, those that are looked at once, the newest. */
const pastJobs = 5000;
const pastPage = 50;
const pastPauseMs = 20;

/** Files and the instances that made them, about 200 bytes each. */
const maxKnown = 200_000;

const keyOf = ({ type, subfolder, filename }: OutputFile, instanceId: string | null): string =>
  `${instanceId ?? ''}|${type}|${subfolder}|${filename}`;

export interface FileMakersDependencies {
  readonly jobs: Pick<Jobs, 'records' | 'past' | 'onChange'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** By what the jobs in memory and the newest of the others tell, kept up with every job that goes on. */
export const createFileMakers = ({ jobs, clock, logger }: FileMakersDependencies): FileMakers => {
  const known = new Map<string, Known>();
  let stopListening: Cancel | null = null;
  let cancelPast: Cancel | null = null;

  const learn = (key: string, maker: Known): void => {
    const there = known.get(key);
    if (there !== undefined && there.madeAt > maker.madeAt) return;
    // Taken out first, so that what is oldest in the map is what was not made for the longest time.
    known.delete(key);
    known.set(key, maker);
    if (known.size <= maxKnown) return;
    for (const oldest of known.keys()) {
      known.delete(oldest);
      break;
    }
  };

  const learnFrom = ({ view, outputFolders }: JobRecord): void => {
    const { instanceId } = view;
    if (instanceId === null) return;
    const maker = { instanceId, outputFolders, madeAt: view.startedAt ?? view.submittedAt };
    for (const output of view.outputs) {
      if (output.filename === '') continue;
      learn(keyOf(output, null), maker);
      learn(keyOf(output, instanceId), maker);
    }
  };

  /** A page at a time, the newest first, so that nothing else waits; what is not read yet is found on disk instead. */
  const learnPast = (end: number, left: number): void => {
    const offset = Math.max(0, end - Math.min(pastPage, left));
    try {
      for (const record of jobs.past({ offset, limit: end - offset }).records) learnFrom(record);
    } catch (error) {
      logger.warn('Earlier jobs could not be read for the files that they made.', { error: String(error) });
      return;
    }
    const rest = left - (end - offset);
    if (offset > 0 && rest > 0) cancelPast = clock.schedule(pastPauseMs, () => learnPast(offset, rest));
  };

  /** With the first question: a gateway that nobody asks for pictures reads nothing. */
  const begin = (): void => {
    if (stopListening !== null) return;
    stopListening = jobs.onChange(learnFrom);
    for (const record of jobs.records()) learnFrom(record);
    cancelPast = clock.schedule(0, () => {
      try {
        learnPast(jobs.past({ offset: 0, limit: 0 }).total, pastJobs);
      } catch (error) {
        logger.warn('Earlier jobs could not be counted.', { error: String(error) });
      }
    });
  };

  return {
    find: (file, instanceId) => {
      begin();
      return known.get(keyOf(file, instanceId)) ?? null;
    },
    close: () => {
      stopListening?.();
      cancelPast?.();
    },
  };
};
