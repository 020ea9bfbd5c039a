import type { Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';

export interface LimitedSourceOptions<Value> {
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limitMs: number;
  /** Stands for the value while the source fails. */
  readonly empty: Value;
}

/** Asks a source that may hang or fail, such as a driver's tool on a sick GPU, without ever waiting longer than the limit. */
export interface LimitedSource<Value> {
  /** `read` is not started again while an earlier one still runs. */
  ask(read: () => Promise<Value>): Promise<Value>;
}

export const createLimitedSource = <Value>(options: LimitedSourceOptions<Value>): LimitedSource<Value> => {
  const { name, clock, logger, limitMs, empty } = options;
  const state = { pending: null as Promise<Value> | null, failing: false };

  /** A source that stays broken is worth one line, not one every two seconds. */
  const note = (failing: boolean, fields: Readonly<Record<string, unknown>>): void => {
    if (failing && !state.failing) logger.warn('A telemetry source does not answer', { source: name, ...fields });
    state.failing = failing;
  };
  const start = (read: () => Promise<Value>): Promise<Value> => {
    const running = read().then(
      (value) => {
        note(false, {});
        return value;
      },
      (error: unknown) => {
        note(true, { error });
        return empty;
      },
    );
    state.pending = running;
    const settle = (): void => {
      state.pending = null;
    };
    running.then(settle, settle);
    return running;
  };

  return {
    ask: (read) =>
      new Promise((resolve) => {
        const cancel = clock.schedule(limitMs, () => {
          note(true, { limitMs });
          resolve(empty);
        });
        const running = state.pending ?? start(read);
        void running.then((value) => {
          cancel();
          resolve(value);
        });
      }),
  };
};
