import type { Fleet } from '#core/instances/fleet-interface.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { ComfyClient } from '#core/ports/comfy-client.ts';
import type { InstanceFacts } from '#core/telemetry/merge-sample.ts';
import { createVramReadings } from '#core/telemetry/vram-readings.ts';

const vramMaxAgeMs = 2000;

/** What telemetry shows of the instances that run: what their probes know, and what they tell of their own memory. */
export const createInstanceFacts = (
  fleet: Fleet,
  platform: { readonly comfyClient: Pick<ComfyClient, 'systemStats'>; readonly clock: Clock },
): (() => readonly InstanceFacts[]) => {
  const vram = createVramReadings({ client: platform.comfyClient, clock: platform.clock, maxAgeMs: vramMaxAgeMs });
  return () => {
    const running = fleet.list().filter(({ status }) => status === 'running' || status === 'paused');
    const ids = running.map(({ configuration }) => configuration.id);
    vram.keepOnly(ids);
    return running.map(({ configuration: { id }, pid }) => {
      const reading = vram.read(id, fleet.endpoint(id));
      return {
        id,
        pid,
        ...fleet.probeReading(id),
        vramUsedBytes: reading?.usedBytes ?? null,
        vramTotalBytes: reading?.totalBytes ?? null,
      };
    });
  };
};
