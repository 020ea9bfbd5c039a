import type { Clock } from '#core/ports/clock.ts';
import type { ComfyClient, ComfyEndpoint } from '#core/ports/comfy-client.ts';

export interface VramReading {
  readonly usedBytes: number;
  readonly totalBytes: number;
}

/** What instances tell of their own VRAM in /system_stats (comfyui-protocol.md 4.9). */
export interface VramReadings {
  /** The last known reading; asks for a new one behind the scenes when it is old, so that a slow instance delays nobody. */
  read(instanceId: string, endpoint: ComfyEndpoint): VramReading | null;
  /** Forgets instances that are not in the list. */
  keepOnly(instanceIds: readonly string[]): void;
}

interface Entry {
  reading: VramReading | null;
  askedAt: number;
  isAsking: boolean;
}

/** A busy instance may take seconds to answer; its figure is then as old as that. */
const timeoutMs = 4000;

export const createVramReadings = (options: {
  readonly client: Pick<ComfyClient, 'systemStats'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly maxAgeMs: number;
}): VramReadings => {
  const { client, clock, maxAgeMs } = options;
  const entries = new Map<string, Entry>();

  const refresh = async (entry: Entry, endpoint: ComfyEndpoint): Promise<void> => {
    entry.isAsking = true;
    entry.askedAt = clock.now();
    try {
      const [device] = (await client.systemStats(endpoint, { timeoutMs })).devices;
      const isKnown = device !== undefined && device.type !== 'cpu' && device.vramTotalBytes > 0;
      entry.reading = isKnown
        ? { usedBytes: device.vramTotalBytes - device.vramFreeBytes, totalBytes: device.vramTotalBytes }
        : null;
    } catch {
      // Whether the instance is in trouble is for its probes to say; here there is just no reading.
      entry.reading = null;
    } finally {
      entry.isAsking = false;
    }
  };

  return {
    read: (instanceId, endpoint) => {
      const entry = entries.get(instanceId) ?? { reading: null, askedAt: Number.NEGATIVE_INFINITY, isAsking: false };
      entries.set(instanceId, entry);
      if (!entry.isAsking && clock.now() - entry.askedAt >= maxAgeMs) void refresh(entry, endpoint);
      return entry.reading;
    },
    keepOnly: (instanceIds) => {
      const kept = new Set(instanceIds);
      for (const instanceId of entries.keys()) if (!kept.has(instanceId)) entries.delete(instanceId);
    },
  };
};
