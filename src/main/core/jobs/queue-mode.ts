import type { QueueView } from '#contract/models/queue.ts';
import { queueModes } from '#contract/models/queue.ts';
import type { Cancel } from '#core/ports/clock.ts';
import { createEmitter } from '#core/shared/emitter.ts';
import type { JobLedger } from './job-ledger.ts';

export const queueModeFact = 'queueMode';

/** Whether the queue goes on, kept over restarts. */
export interface QueueMode {
  current(): QueueView['mode'];
  /** Holds once it is on disk; fails with the store's error. */
  set(mode: QueueView['mode']): Promise<void>;
  restore(stored: unknown, startPaused: boolean): void;
  onChange(listener: () => void): Cancel;
}

/** `onListenerError` is told of whoever listens and throws. */
export const createQueueMode = (
  ledger: Pick<JobLedger, 'settle'>,
  onListenerError: (error: unknown) => void,
): QueueMode => {
  const changes = createEmitter<void>(onListenerError);
  let mode: QueueView['mode'] = 'running';
  return {
    current: () => mode,
    set: async (next) => {
      await ledger.settle('disk', [{ kind: 'fact', name: queueModeFact, value: next }]);
      mode = next;
      changes.emit();
    },
    restore: (stored, startPaused) => {
      const known = queueModes.find((one) => one === stored) ?? 'running';
      mode = startPaused && known === 'running' ? 'paused' : known;
    },
    onChange: (listener) => changes.on(listener),
  };
};
