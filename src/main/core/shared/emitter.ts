import type { Cancel } from '../ports/clock.ts';

/** Tells listeners; events inform and never decide (nothing may depend on somebody listening). */
export interface Emitter<Event> {
  on(listener: (event: Event) => void): Cancel;
  emit(event: Event): void;
}

/**
 * With `onListenerError` a listener that throws harms neither the others nor whoever emits, who may be in the middle of something that
 * has to be brought to its end; the error is told there, once for each time. Without it the error goes to whoever emits.
 */
export const createEmitter = <Event>(onListenerError?: (error: unknown) => void): Emitter<Event> => {
  const listeners = new Set<{ notify: (event: Event) => void }>();
  return {
    on: (listener) => {
      const entry = { notify: listener };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    emit: (event) => {
      for (const { notify } of listeners) {
        try {
          notify(event);
        } catch (error) {
          if (onListenerError === undefined) throw error;
          onListenerError(error);
        }
      }
    },
  };
};
