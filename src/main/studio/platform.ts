import type { Settings } from '#contract/models/settings.ts';
import type { AssetStore } from '#core/ports/asset-store.ts';
import type { Clock, MakeId, Random } from '#core/ports/clock.ts';
import type { ComfyClient } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { ForeignProcesses } from '#core/ports/foreign-processes.ts';
import type { InputStore } from '#core/ports/input-store.ts';
import type { InstanceLogs } from '#core/ports/instance-log.ts';
import type { JobStore } from '#core/ports/job-store.ts';
import type { Logger } from '#core/ports/logger.ts';
import type {
  CommandRunner,
  FileInspector,
  FileWriter,
  FolderLister,
  GpuProbe,
  HostProbe,
  PortProbe,
  ProcessMetrics,
} from '#core/ports/machine.ts';
import type { OutputFolderReader } from '#core/ports/output-folder-reader.ts';
import type { PageProbe } from '#core/ports/page-probe.ts';
import type { Pictures } from '#core/ports/pictures.ts';
import type { ProcessHost, RunRecordStore } from '#core/ports/process-host.ts';
import type { SecretSeal } from '#core/ports/secret-seal.ts';
import type { FleetStore, SecretStore, SettingsStore } from '#core/ports/stores.ts';
import type { UploadNames } from '#core/ports/upload-names.ts';
import type { ExactDocument } from '../platform/files/exact-copy.ts';

/** Everything the studio needs of the machine, opened on one data folder that it alone uses. */
export interface StudioPlatform {
  readonly clock: Clock;
  readonly random: Random;
  readonly makeId: MakeId;
  readonly logger: Logger;
  readonly processHost: ProcessHost;
  readonly foreignProcesses: ForeignProcesses;
  readonly runRecords: RunRecordStore;
  readonly instanceLogs: InstanceLogs;
  readonly portProbe: PortProbe;
  readonly hostProbe: HostProbe;
  readonly pageProbe: PageProbe;
  readonly gpuProbe: GpuProbe;
  readonly processMetrics: ProcessMetrics;
  readonly comfyClient: ComfyClient & ComfyReader;
  readonly inputStore: InputStore;
  readonly uploadNames: UploadNames;
  readonly pictures: Pictures;
  readonly jobStore: JobStore;
  /** Names one run of this machine's system; null where nobody knows. */
  readonly bootId: string | null;
  readonly outputFolders: OutputFolderReader;
  readonly files: FileInspector & FolderLister;
  readonly fileWriter: FileWriter;
  readonly commands: CommandRunner;
  readonly fleetStore: FleetStore & ExactDocument;
  readonly settingsStore: SettingsStore & ExactDocument;
  readonly assetStore: AssetStore;
  readonly secretStore: SecretStore;
  readonly secretSeal: SecretSeal;
  /** Takes over the settings that concern the machine; told at the start and after each change. */
  applySettings(settings: Settings): void;
  /** Tells whoever finds the data folder in use where this studio answers. */
  announce(address: string): Promise<void>;
  /** Makes what simulated instances load when there is none yet. */
  prepareSandboxModels(): Promise<void>;
  /** Splits a typed command line into argv, without ever running a shell. */
  splitArguments(text: string): readonly string[];
  encodeBase64(bytes: Uint8Array): string;
  /** Closes all of it and gives the data folder free. Instances that run are left as they are. */
  close(): Promise<void>;
}
