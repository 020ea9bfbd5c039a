import { isThisMachine, parseRemoteUrl } from '../../instances/configuration/remote-address.ts';
import { lookAtFile } from './look-at-file.ts';
import { lookAtPointedFolder, recogniseFolder } from './look-at-folder.ts';
import { lookAtUrl } from './look-at-url.ts';
import { lookAtComfyCli } from './look-comfy-cli.ts';
import { lookAtDesktop1 } from './look-desktop-1.ts';
import { lookAtDesktop2 } from './look-desktop-2.ts';
import { lookAtVariables } from './look-environment.ts';
import { lookAtRunning, type RunningPorts } from './look-running.ts';
import { lookAtStabilityMatrix } from './look-stability-matrix.ts';
import type { ScanContext, Sighting } from './scan-context.ts';
import { usualFiles, usualFolders, usualPorts } from './usual-places.ts';

export interface ScanRequest {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  readonly urls: readonly string[];
  readonly usualPlaces: boolean;
}

/** One place to look at, by itself: it may be slow, or break, without the others. */
export interface Place {
  readonly location: string;
  readonly kind: Sighting['kind'];
  readonly look: () => Promise<readonly Sighting[]>;
}

export interface PlaceDependencies {
  readonly context: ScanContext;
  readonly running: RunningPorts;
  /** What answers there is nothing new. */
  readonly ownPorts: readonly number[];
  readonly ownFolder: string;
  readonly signal: AbortSignal | undefined;
}

const only = async (seen: Promise<Sighting | null>): Promise<readonly Sighting[]> => {
  const sighting = await seen;
  return sighting === null ? [] : [sighting];
};

/** Servers that may run on ports of this machine. */
export const portPlaces = (ports: readonly number[], dependencies: PlaceDependencies): readonly Place[] => {
  const { context, running, ownPorts, signal } = dependencies;
  return ports
    .filter((port) => !ownPorts.includes(port))
    .map((port) => ({
      location: `http://127.0.0.1:${port}`,
      kind: 'running',
      look: () => only(lookAtRunning(port, running, context, signal)),
    }));
};

const programPlaces = (context: ScanContext): readonly Place[] => [
  { location: 'comfy-cli', kind: 'comfy-cli', look: () => only(lookAtComfyCli(context)) },
  { location: 'Comfy Desktop', kind: 'desktop-1', look: () => only(lookAtDesktop1(context)) },
  { location: 'Comfy Desktop 2', kind: 'desktop-2', look: () => only(lookAtDesktop2(context)) },
  { location: 'StabilityMatrix', kind: 'stability-matrix', look: () => only(lookAtStabilityMatrix(context)) },
  {
    location: 'COMFYUI_INSTANCES',
    kind: 'environment-variables',
    look: () => only(lookAtVariables((name) => context.environment[name], 'COMFYUI_INSTANCES', context)),
  },
];

const folderPlace = (location: string, look: Place['look']): Place => ({ location, kind: 'folder', look });
const filePlace = (location: string, look: Place['look']): Place => ({ location, kind: 'instances-file', look });

/** Where ComfyUI and what manages it usually are. */
export const usualPlaces = async (dependencies: PlaceDependencies): Promise<readonly Place[]> => {
  const { context, ownFolder } = dependencies;
  const [folders, files] = await Promise.all([usualFolders(context), usualFiles(context)]);
  return [
    ...portPlaces(usualPorts, dependencies),
    ...programPlaces(context),
    ...folders
      .filter((folder) => folder !== ownFolder)
      .map((folder) => folderPlace(folder, () => only(recogniseFolder(folder, context)))),
    ...files.map((file) => filePlace(file, () => only(lookAtFile(file, context, false)))),
  ];
};

/** An address of this machine is that of a process, which tells more than an address. */
const typedUrl = async (url: string, dependencies: PlaceDependencies): Promise<readonly Sighting[]> => {
  const { context, running, ownPorts, signal } = dependencies;
  const address = parseRemoteUrl(url);
  const isHere = address.ok && !address.secure && isThisMachine(address.host) && !ownPorts.includes(address.port);
  const local = isHere ? await lookAtRunning(address.port, running, context, signal) : null;
  return [local ?? (await lookAtUrl(url, running.client, signal))];
};

/** The places that a person names. */
export const askedPlaces = (request: ScanRequest, dependencies: PlaceDependencies): readonly Place[] => {
  const { context } = dependencies;
  return [
    ...request.folders.map((folder) => folderPlace(folder, () => lookAtPointedFolder(folder, context))),
    ...request.files.map((file) => filePlace(file, () => only(lookAtFile(file, context, true)))),
    ...request.urls.map((url): Place => ({ location: url, kind: 'url', look: () => typedUrl(url, dependencies) })),
  ];
};
