import type { SystemStats } from '#core/ports/comfy-client.ts';
import type { InstanceProcess, RunRecord } from '#core/ports/process-host.ts';
import { httpAddress } from '../endpoint.ts';
import type { FleetDependencies } from '../fleet-interface.ts';
import type { Survivor } from '../life.ts';
import { pause } from '../limited.ts';

/** A living process of an earlier studio. `stats` is its answer; null where it has given none. */
export interface FoundProcess {
  readonly process: InstanceProcess;
  readonly found: Survivor;
  readonly stats: SystemStats | null;
}

const askAgainMs = 500;

/** The command line that ComfyUI reports tells whose answer it is (comfyui-protocol.md 4.9). */
const isItsAnswer = (stats: SystemStats, record: RunRecord): boolean =>
  stats.arguments.length === 0 || stats.arguments.includes(String(record.port));

/**
 * Finds the process of a run record again: same pid, same kernel start time, same boot. null when it is gone. One that lives is asked
 * for its /system_stats for at most policy.adoptionLimitMs, which the whole studio waits for.
 */
export const adoptProcess = async (
  record: RunRecord,
  dependencies: Pick<FleetDependencies, 'processHost' | 'comfyClient' | 'clock' | 'policy'>,
): Promise<FoundProcess | null> => {
  const { processHost, comfyClient, clock, policy } = dependencies;
  const process = await processHost.adopt(record.instanceId, record);
  if (process === null) return null;
  const life = { hasEnded: false };
  void process.exited.then(() => {
    life.hasEnded = true;
  });
  const endpoint = { baseUrl: httpAddress(record.host, record.port), authorization: null };
  const endsAt = clock.now() + policy.adoptionLimitMs;
  let found: Survivor = 'mute';
  for (let leftMs = policy.adoptionLimitMs; !life.hasEnded && leftMs > 0; leftMs = endsAt - clock.now()) {
    const timeoutMs = Math.min(policy.probeTimeoutMs, leftMs);
    const stats = await comfyClient.systemStats(endpoint, { timeoutMs }).catch(() => null);
    if (stats !== null && isItsAnswer(stats, record)) return { process, found: 'answering', stats };
    found = stats === null ? 'mute' : 'displaced';
    await pause(Math.min(askAgainMs, Math.max(endsAt - clock.now(), 0)), clock);
  }
  return { process, found, stats: null };
};
