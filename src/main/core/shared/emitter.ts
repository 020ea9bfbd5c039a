import type { Cancel } from '../ports/clock.ts';

/** Tells listeners; events inform and never decide (nothing may depend on somebody listening). */
export interface Emitter<Event> {
  on(listener: (event: Event) => void): Cancel;
  emit(event: Event): void;
}

export const createEmitter = <Event>(): Emitter<Event> => {
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
      for (const { notify } of listeners) notify(event);
    },
  };
};
