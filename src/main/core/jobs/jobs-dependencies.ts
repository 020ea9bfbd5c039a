import type { Settings } from '#contract/models/settings.ts';
import type { Clock, MakeId, Random } from '#core/ports/clock.ts';
import type { ComfyClient } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { OutputFolderReader } from '#core/ports/output-folder-reader.ts';
import type { SecretSeal } from '#core/ports/secret-seal.ts';
import type { FleetView } from './fleet-view.ts';
import type { RunLimits } from './run-policy.ts';

/** All that the jobs of a studio need from outside. */
export interface JobsDependencies {
  readonly fleet: FleetView;
  readonly client: ComfyClient;
  readonly reader: ComfyReader;
  readonly inputs: InputStore;
  readonly outputFolders: OutputFolderReader;
  /** Opened before, and closed after, by whoever made it. */
  readonly store: JobStore;
  /** Under which secrets of jobs are kept. */
  readonly seal: SecretSeal;
  readonly clock: Clock;
  readonly random: Random;
  readonly makeId: MakeId;
  readonly settings: () => Pick<
    Settings,
    | 'balancingStrategy'
    | 'maxQueuedJobs'
    | 'maxConcurrentLoads'
    | 'starvationLimitMs'
    | 'startQueuePaused'
    | 'gatewayUnrepeatableClasses'
  >;
  /** Loads at a time per host where the settings leave it open: 1 on Windows, 2 elsewhere. */
  readonly usualConcurrentLoads: number;
  /** Names one run of this machine's system, so that a job that takes the machine down is noticed; null where nobody knows. */
  readonly bootId: string | null;
  readonly encodeBase64: (bytes: Uint8Array) => string;
  readonly logger: Logger;
  /** Replaces some of the limits of a run. */
  readonly limits?: Partial<Omit<RunLimits, 'timeoutMs'>>;
}
