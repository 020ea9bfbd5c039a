import type { Clock } from '#core/ports/clock.ts';
import type { ComfyClient } from '#core/ports/comfy-client.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { FleetCandidate, FleetView } from './fleet-view.ts';

/** An idle instance empties its memory at once; one that does not say so is given this long. */
const emptyingLimitMs = 2000;

/** Tells an instance to empty its memory, and waits until it has or the limit is over. Never fails: the next run will tell. */
export type FreeMemory = (instance: FleetCandidate) => Promise<void>;

export interface FreeMemoryDependencies {
  readonly client: Pick<ComfyClient, 'free'>;
  readonly fleet: Pick<FleetView, 'onEmptied'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const createFreeMemory =
  ({ client, fleet, clock, logger }: FreeMemoryDependencies): FreeMemory =>
  async ({ instanceId, endpoint }) => {
    const { promise: emptied, resolve } = Promise.withResolvers<void>();
    const unsubscribe = fleet.onEmptied((id) => {
      if (id === instanceId) resolve();
    });
    const cancelTimer = clock.schedule(emptyingLimitMs, resolve);
    try {
      await client.free(endpoint);
      await emptied;
    } catch (error) {
      logger.warn('An instance could not be told to empty its memory.', { instanceId, error: String(error) });
    } finally {
      unsubscribe();
      cancelTimer();
    }
  };
