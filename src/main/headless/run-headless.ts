import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultDataFolder } from '../studio/default-data-folder.ts';
import { createNodeStudio } from '../studio/node-studio.ts';
import { type Studio, type StudioOptions, supportedPlatform } from '../studio/studio.ts';
import { openBrowser } from './open-browser.ts';
import { type HeadlessRequest, headlessHelp, readHeadlessCommand } from './options.ts';
import { describeStartFailure } from './start-failure.ts';

/** Where this program's files lie: built (`out/main`) and from source (`src/main`) alike. */
export interface ProgramFiles {
  readonly version: string;
  readonly rendererFolder: string;
  readonly sandboxEntry: string;
}

/** The options of a headless studio; what the user did not choose has a safe default. */
export const headlessStudioOptions = (
  request: HeadlessRequest,
  files: ProgramFiles,
  environment: Readonly<Record<string, string | undefined>>,
): StudioOptions => {
  const server = { accessToken: request.accessToken, allowedHosts: request.allowedHosts, fallBackToFreePort: false };
  return {
    version: files.version,
    platform: supportedPlatform(process.platform),
    dataFolder: request.dataFolder ?? defaultDataFolder(process.platform, environment),
    studio: { ...server, host: request.studioHost, port: request.studioPort },
    gateway: { ...server, host: request.gatewayHost, port: request.gatewayPort },
    rendererFolder: files.rendererFolder,
    sandboxProgram: { command: process.execPath, entry: files.sandboxEntry, environment: {} },
    parentEnvironment: environment,
    sandboxFleet: request.sandboxCount === 0 ? null : { count: request.sandboxCount, clock: request.sandboxClock },
    autoStart: request.autoStart,
    keepInstancesOnExit: request.keepInstances,
    hostName: 'headless',
    logLevel: request.logLevel,
    checkOutput: environment['ATELIER_CHECK_OUTPUT'] === '1',
  };
};

/** The one line of `--json`; scripts rely on its shape. */
export const readyLine = (studio: Studio, pid: number): string =>
  JSON.stringify({
    studio: studio.addresses.studio,
    gateway: studio.addresses.gateway,
    pid,
    instances: studio.instances().map((instance) => ({
      id: instance.configuration.id,
      name: instance.configuration.name,
      pid: instance.pid,
      port: instance.configuration.port,
      state: instance.status,
    })),
  });

const announce = (studio: Studio, request: HeadlessRequest): void => {
  if (request.json) {
    process.stdout.write(`${readyLine(studio, process.pid)}\n`);
  } else {
    process.stdout.write(`Studio   ${studio.entryAddress}\nGateway  ${studio.addresses.gateway}\nEnd with Ctrl+C.\n`);
  }
  if (request.open) openBrowser(studio.entryAddress, (message) => process.stderr.write(`${message}\n`));
};

/** Resolves on the first SIGINT or SIGTERM. A second one ends the process at once: the user has asked twice. */
const endRequested = (): Promise<void> =>
  new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve();
    };
    process.on('SIGINT', ask);
    process.on('SIGTERM', ask);
  });

const serve = async (request: HeadlessRequest, files: ProgramFiles): Promise<void> => {
  const ended = endRequested();
  const studio = await createNodeStudio(headlessStudioOptions(request, files, process.env), { capabilities: [] });
  await Promise.race([studio.launched(), ended]);
  announce(studio, request);
  await ended;
  await studio.stop();
};

/** Runs the headless studio as argv says; resolves with the exit code: 0 after a requested end, 1 when the start failed. */
export const runHeadless = async (argv: readonly string[], files: ProgramFiles): Promise<number> => {
  try {
    const command = readHeadlessCommand(argv, process.env);
    if (command.kind === 'help') process.stdout.write(headlessHelp());
    else if (command.kind === 'version') process.stdout.write(`${files.version}\n`);
    else await serve(command.request, files);
    return 0;
  } catch (error) {
    process.stderr.write(`${describeStartFailure(error)}\n`);
    return 1;
  }
};

/** The files beside a built entry in `out/main`. */
export const builtFiles = (entryUrl: string, version: string): ProgramFiles => {
  const folder = dirname(fileURLToPath(entryUrl));
  return { version, rendererFolder: join(dirname(folder), 'renderer'), sandboxEntry: join(folder, 'sandbox.js') };
};
