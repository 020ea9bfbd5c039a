import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxOptions } from '../command-line/sandbox-options.ts';
import { type FolderLayout, folderLayoutOf } from '../folders/folder-layout.ts';
import { createServerLog, type ServerLog } from '../log/server-log.ts';
import { createSandbox, type Sandbox } from '../sandbox-parts.ts';
import { announceCache, announceCustomNodes, announceDevice } from './announce.ts';
import { databaseFileOf, openDatabase } from './database.ts';
import { createInputFolder, createInstall, createUserFolder, findCustomNodes, wipeTemp } from './folders-at-start.ts';
import { listen, shownUrl } from './listen.ts';
import { createOutputSinks } from './output-sinks.ts';
import { createProcessEffects } from './process-effects.ts';
import { bindException, type StartFailure, tracebackFailure } from './python-failure.ts';
import { type Interrupts, listenForInterrupts } from './signals.ts';
import { cudaDevicesOf } from './visible-devices.ts';

interface Starting {
  readonly options: SandboxOptions;
  readonly layout: FolderLayout;
  readonly log: ServerLog;
  readonly interrupts: Interrupts;
}

/** Custom nodes are listed before anything heavy is imported, so a missing folder ends the start at once. */
const prestart = ({ options, layout, log }: Starting): readonly string[] | StartFailure => {
  createInputFolder(layout, log);
  const found = findCustomNodes(layout, options);
  if (found.kind === 'found') return found.paths;
  const exception = `FileNotFoundError: [Errno 2] No such file or directory: '${found.folder}'`;
  return tracebackFailure('possible_modules = os.listdir(custom_node_path)', exception);
};

/** The simulated imports, of torch first and of the nodes then. */
const importEverything = async ({ options, layout, log }: Starting): Promise<StartFailure | null> => {
  const { faults } = options;
  const halfMs = (options.startDelayMs + faults.slowStartMs) / 2;
  await wait(halfMs);
  if (faults.exitDuringStartCode !== null) return { exitCode: faults.exitDuringStartCode, text: '' };
  if (options.device.kind === 'cuda' && cudaDevicesOf(options.device, process.env).length === 0) {
    return tracebackFailure('import comfy.model_management', 'RuntimeError: No CUDA GPUs are available');
  }
  announceDevice(log, options, layout, process.env);
  wipeTemp(layout);
  createUserFolder(layout, options, log);
  await wait(halfMs);
  return null;
};

const takeDatabase = async ({ options, layout, log }: Starting): Promise<StartFailure | null> => {
  const outcome = await openDatabase(databaseFileOf(options.databaseUrl, layout.install));
  if (outcome.kind === 'open') return null;
  if (!options.enableAssets) {
    log.error(
      'Failed to initialize database. Please ensure you have installed the latest requirements. If the error persists, ' +
        `please report this as in future the database will be required: ${outcome.reason}`,
    );
    return null;
  }
  log.error(
    `Failed to initialize database: ${outcome.reason}\nThe --enable-assets flag requires a working database connection.\n` +
      'Choose another file with --database-url, or --database-url sqlite:///:memory:.',
  );
  return { exitCode: 1, text: '' };
};

const openAddresses = async ({ options, log }: Starting, sandbox: Sandbox): Promise<StartFailure | null> => {
  log.info('Starting server\n');
  for (const address of options.listenAddresses) {
    const outcome = options.faults.refusePort
      ? ({ kind: 'port-taken' } as const)
      : await listen(sandbox.createListener(), address, options.port);
    if (outcome.kind === 'port-taken') {
      log.error(
        `Port ${options.port} is already in use on address ${address}. Please close the other application or use a ` +
          'different port with --port.',
      );
      return { exitCode: 1, text: '' };
    }
    if (outcome.kind === 'failed') {
      return tracebackFailure('raise OSError(err.errno, msg)', bindException(outcome.error, address, options.port));
    }
    if (options.printServer) log.info(`To see the GUI go to: ${shownUrl(address, outcome.port)}`);
  }
  return null;
};

/** Brings a server up. null = it listens and goes on until a signal; otherwise it failed, or had nothing more to do. */
const bringUp = async (starting: Starting): Promise<StartFailure | null> => {
  const { options, layout, log } = starting;
  const customNodes = prestart(starting);
  if (!('length' in customNodes)) return customNodes;
  const failure = await importEverything(starting);
  if (failure !== null) return failure;
  announceCustomNodes(log, customNodes);
  const refused = await takeDatabase(starting);
  if (refused !== null) return refused;
  announceCache(log, options.cache);
  const sandbox = createSandbox({ ...starting, effects: createProcessEffects(log) });
  if (options.quickTest) return { exitCode: 0, text: '' };
  mkdirSync(layout.folders.temp, { recursive: true });
  starting.interrupts.stopWith(() => {
    log.info('\nStopped server');
    wipeTemp(layout);
    process.exit(0);
  });
  const unbound = await openAddresses(starting, sandbox);
  if (unbound !== null) {
    wipeTemp(layout);
    return unbound;
  }
  sandbox.faults.serverStarted();
  return null;
};

/** The folders; without --base-directory a whole install in the working folder. */
const layoutOf = (options: SandboxOptions): FolderLayout | StartFailure => {
  try {
    const layout = folderLayoutOf(options, join(process.cwd(), 'comfyui-sandbox'), process.env);
    if (options.directories.base === null) createInstall(layout);
    return layout;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('path' in error)) throw error;
    const exception = `FileNotFoundError: [Errno 2] No such file or directory: '${String(error.path)}'`;
    return tracebackFailure('utils.extra_config.load_extra_path_config(config_path)', exception);
  }
};

/** Runs a server in this process until it ends (comfyui-protocol.md 1.1, 1.3). */
export const startSandbox = async (options: SandboxOptions): Promise<void> => {
  const log = createServerLog(
    { level: options.logLevel, toStdout: options.logToStdout },
    createOutputSinks({ splitUtf8: options.faults.splitUtf8, logFile: options.logFile }),
    () => new Date(),
  );
  if (options.faults.ignoreSigterm) process.on('SIGTERM', () => undefined);
  const interrupts = listenForInterrupts(options.faults.ignoreSigint, log);
  const layout = layoutOf(options);
  const failure = 'exitCode' in layout ? layout : await bringUp({ options, layout, log, interrupts });
  if (failure === null) return;
  if (failure.text !== '') log.raw(failure.text);
  process.exit(failure.exitCode);
};
