/** Bounds of one connection. They stop a program gone wild, not a busy page: a page has some ten watches and few calls. */
export interface SessionLimits {
  readonly maxConcurrentCalls: number;
  readonly maxWatches: number;
  /** Unsent messages from which on events are held back. */
  readonly backlogHigh: number;
  /** Unsent messages at which the connection is given up: its other end asks without reading the answers. */
  readonly backlogMax: number;
  /** Events held back for one watch; one more, and a fresh snapshot replaces them all. */
  readonly maxQueuedEvents: number;
}

export const sessionLimits: SessionLimits = {
  maxConcurrentCalls: 64,
  maxWatches: 256,
  backlogHigh: 64,
  backlogMax: 1024,
  maxQueuedEvents: 256,
};
