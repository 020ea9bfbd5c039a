import type { Cancel, Clock } from '#core/ports/clock.ts';
import type { Scheduler } from '#core/scheduling/scheduler-interface.ts';
import type { JobLedger } from './job-ledger.ts';

export const learnedFact = 'learned';
const saveEveryMs = 10_000;

/** Keeps what the scheduler learned on disk, a few times a minute at most. */
export interface LearnedKeeper {
  changed(): void;
  /** Saves what is not saved yet. */
  stop(): void;
}

export const createLearnedKeeper = (
  scheduler: Pick<Scheduler, 'learned'>,
  ledger: Pick<JobLedger, 'fact'>,
  clock: Clock,
): LearnedKeeper => {
  let saving: Cancel | null = null;
  const save = (): void => {
    saving = null;
    ledger.fact(learnedFact, scheduler.learned());
  };
  return {
    changed: () => {
      saving ??= clock.schedule(saveEveryMs, save);
    },
    stop: () => {
      if (saving === null) return;
      saving();
      save();
    },
  };
};
