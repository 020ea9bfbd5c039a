import { join } from 'node:path';
import { parseArgsStringToArgv } from 'string-argv';
import { settingsSchema } from '#contract/models/settings.ts';
import { createDisposables } from '#core/shared/disposables.ts';
import { createPlaceholderModels } from '#sandbox/models/placeholder-models.ts';
import { createComfyClient } from '../platform/comfy/comfy-client.ts';
import { createInputStore } from '../platform/comfy/input-store.ts';
import { openUploadNames } from '../platform/comfy/input-store-names.ts';
import { createOutputFolderReader } from '../platform/comfy/output-folder-reader.ts';
import { createAssetStore } from '../platform/files/asset-store.ts';
import { createFileInspector } from '../platform/files/file-inspector.ts';
import { createFileWriter } from '../platform/files/file-writer.ts';
import { createFleetStore } from '../platform/files/fleet-store.ts';
import { createRunRecordStore } from '../platform/files/run-record-store.ts';
import { createSecretSeal } from '../platform/files/secret-seal.ts';
import { createFileSecretStore } from '../platform/files/secret-store.ts';
import { createSettingsStore } from '../platform/files/settings-store.ts';
import { createGpuProbe } from '../platform/gpu/gpu-probe.ts';
import { createJobDatabase } from '../platform/jobs-database/job-database.ts';
import { createInstanceLogs } from '../platform/logging/instance-logs.ts';
import { createStudioLogger } from '../platform/logging/studio-logger.ts';
import { createHostProbe } from '../platform/net/host-probe.ts';
import { createPageProbe } from '../platform/net/page-probe.ts';
import { createPortProbe } from '../platform/net/port-probe.ts';
import { createPictures } from '../platform/pictures/pictures.ts';
import { createCommandRunner } from '../platform/process/command-runner.ts';
import { acquireDataFolderLock } from '../platform/process/data-folder-lock.ts';
import { createForeignProcesses } from '../platform/process/foreign-processes.ts';
import { createProcessHost } from '../platform/process/process-host.ts';
import { createMakeId } from '../platform/system/ids.ts';
import { createProcessMetrics } from '../platform/system/process-metrics.ts';
import { createSystemClock } from '../platform/system/system-clock.ts';
import { createStudio } from './create-studio.ts';
import type { StudioPlatform } from './platform.ts';
import type { HostActions, Studio, StudioOptions } from './studio.ts';

/** Opens everything on the data folder: the lock first, since two studios on one folder would fight over its instances. */
const openNodePlatform = async (options: StudioOptions): Promise<StudioPlatform> => {
  const { dataFolder } = options;
  const logFolder = join(dataFolder, 'logs');
  const clock = createSystemClock();
  const makeId = createMakeId();
  const disposables = createDisposables();
  const defaults = settingsSchema.parse({});
  let logLimits = { maxFileBytes: defaults.logFileMaxBytes, filesKept: defaults.logFilesKept };
  const lock = await acquireDataFolderLock({ dataFolder, startedAt: clock.now() });
  disposables.add(() => lock.release());
  try {
    const logger = createStudioLogger({
      logFolder,
      clock,
      level: options.logLevel,
      format: 'text',
      write: (line) => process.stderr.write(line),
      knownSecrets: () => [options.studio.accessToken, options.gateway.accessToken].filter((token) => token !== null),
    });
    disposables.add(() => logger.close());
    const processHost = createProcessHost({ dataFolder, logFolder, clock, logger });
    disposables.add(() => processHost.close());
    const instanceLogs = createInstanceLogs({ logFolder, clock, logger, limits: () => logLimits });
    disposables.add(() => instanceLogs.close());
    const gpuProbe = createGpuProbe({ clock, logger });
    disposables.add(() => gpuProbe.close());
    const comfyClient = createComfyClient();
    disposables.add(() => comfyClient.close());
    const inputStore = await createInputStore({ folder: join(dataFolder, 'uploads'), clock, logger });
    disposables.add(() => inputStore.close());
    const uploadNames = await openUploadNames({ file: join(dataFolder, 'upload-names.jsonl'), logger });
    disposables.add(() => uploadNames.close());
    const jobStore = createJobDatabase({ path: join(dataFolder, 'jobs.sqlite'), clock, logger });
    disposables.add(() => jobStore.close());
    const stored = { folder: dataFolder, now: clock.now, makeId, logger };
    return {
      clock,
      random: Math.random,
      makeId,
      logger,
      processHost,
      runRecords: createRunRecordStore({ folder: join(dataFolder, 'run'), now: clock.now, logger }),
      instanceLogs,
      portProbe: createPortProbe({ logger }),
      hostProbe: createHostProbe(),
      pageProbe: createPageProbe(),
      gpuProbe,
      processMetrics: createProcessMetrics({ clock }),
      comfyClient,
      inputStore,
      uploadNames,
      pictures: createPictures(),
      jobStore,
      bootId: await processHost.bootId(),
      outputFolders: createOutputFolderReader(),
      files: createFileInspector(),
      fileWriter: createFileWriter(),
      commands: createCommandRunner(),
      fleetStore: createFleetStore(stored),
      settingsStore: createSettingsStore(stored),
      assetStore: createAssetStore(stored),
      foreignProcesses: createForeignProcesses(),
      secretStore: createFileSecretStore(stored),
      secretSeal: createSecretSeal({ path: join(dataFolder, 'jobs.key'), logger }),
      applySettings: ({ logFileMaxBytes, logFilesKept }) => {
        logLimits = { maxFileBytes: logFileMaxBytes, filesKept: logFilesKept };
      },
      announce: (address) => lock.update(address),
      prepareSandboxModels: () => createPlaceholderModels(join(dataFolder, 'sandbox', 'models')),
      splitArguments: (text) => parseArgsStringToArgv(text),
      encodeBase64: (bytes) => Buffer.from(bytes).toString('base64'),
      close: () => disposables.dispose(),
    };
  } catch (error) {
    await disposables.dispose();
    throw error;
  }
};

/** A studio on this machine, under Node or Electron. STORE_LOCKED when another studio uses the data folder. */
export const createNodeStudio = async (options: StudioOptions, host: HostActions): Promise<Studio> =>
  createStudio(options, await openNodePlatform(options), host);
