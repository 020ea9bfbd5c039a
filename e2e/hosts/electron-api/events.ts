import type { EventEmitter } from 'node:events';
import type { CancelableEvent } from './offered.ts';

/** An event whose default a listener can prevent, with the members that go along with it. */
export const cancelable = <Members extends object>(members: Members): CancelableEvent & Members => {
  let prevented = false;
  return {
    ...members,
    get defaultPrevented() {
      return prevented;
    },
    preventDefault: () => {
      prevented = true;
    },
  };
};

/** Whatever an EventEmitter takes: which arguments an event has is said by the API that the emitter stands behind. */
export type Listener = Parameters<EventEmitter['on']>[1];
