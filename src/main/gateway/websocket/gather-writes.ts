import type { Writable } from 'node:stream';

/**
 * Call it before each write: what is written in one turn of the event loop then goes to the network in one piece. An instance tells of a
 * step in several frames at once, and each write of its own wakes up the client.
 */
export const gatherWrites = (connection: Pick<Writable, 'cork' | 'uncork'>): (() => void) => {
  let isGathering = false;
  return () => {
    if (isGathering) return;
    isGathering = true;
    connection.cork();
    process.nextTick(() => {
      isGathering = false;
      connection.uncork();
    });
  };
};
