import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { MigrationFinding, MigrationRemark } from '#contract/models/migration.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import { isThisMachine, parseRemoteUrl } from '../../instances/configuration/remote-address.ts';
import { limited } from '../../instances/limited.ts';
import { textHash } from '../../shared/text-hash.ts';
import { joinSightings } from './join-sightings.ts';
import { lookAtFile } from './look-at-file.ts';
import { lookAtPointedFolder, recogniseFolder } from './look-at-folder.ts';
import { lookAtUrl } from './look-at-url.ts';
import { lookAtComfyCli } from './look-comfy-cli.ts';
import { lookAtDesktop1 } from './look-desktop-1.ts';
import { lookAtDesktop2 } from './look-desktop-2.ts';
import { lookAtVariables } from './look-environment.ts';
import { lookAtRunning, type RunningPorts } from './look-running.ts';
import { lookAtStabilityMatrix } from './look-stability-matrix.ts';
import { matchUnknown } from './match-unknown.ts';
import { findingRemark, type ScanContext, type Sighting } from './scan-context.ts';
import { usualFiles, usualFolders, usualPorts } from './usual-places.ts';

export interface ScanRequest {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  readonly urls: readonly string[];
  readonly usualPlaces: boolean;
}

export interface MigrationScanner {
  /** Looks everywhere that was asked for, all at once; each place has a limit, and none can make the scan fail. */
  scan(
    request: ScanRequest,
    signal?: AbortSignal,
  ): Promise<{ findings: readonly MigrationFinding[]; durationMs: number }>;
  /** Of the last scan; null where it did not see it. */
  finding(findingId: string): MigrationFinding | null;
  /** The password or token that a file gave for a candidate. It is in no answer. */
  secretOf(findingId: string, candidateKey: string): string | null;
}

export interface ScannerDependencies {
  readonly context: ScanContext;
  readonly running: RunningPorts;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ports of the studio's own servers and instances: what answers there is nothing new. */
  readonly ownPorts: () => readonly number[];
  /** Instances that are there; a finding that one of them runs already is said to be so. */
  readonly existing: () => readonly KnownInstance[];
  /** The studio's own data folder is no place to find a ComfyUI in. */
  readonly ownFolder: string;
}

type KnownInstance = Pick<InstanceConfiguration, 'id' | 'name' | 'kind' | 'comfyuiFolder' | 'url'>;

/** A list can name any number of ports; only those on which something listens are asked. */
const mostFurtherPorts = 64;

/** One place; a network drive or a server that hangs costs no more than this. */
const placeLimitMs = 15_000;

interface Place {
  readonly location: string;
  readonly kind: Sighting['kind'];
  readonly look: () => Promise<readonly Sighting[]>;
}

const only = async (seen: Promise<Sighting | null>): Promise<readonly Sighting[]> => {
  const sighting = await seen;
  return sighting === null ? [] : [sighting];
};

/** The same place has the same id in every scan. */
export const findingIdOf = ({ kind, location }: Pick<Sighting, 'kind' | 'location'>): string =>
  `${kind}-${textHash(location)}`;

/** Which of the instances run what was seen. */
const knownRemarks = (sighting: Sighting, existing: readonly KnownInstance[]): readonly MigrationRemark[] =>
  sighting.candidates.flatMap(({ comfyuiFolder, url, name }) => {
    const instance = existing.find((each) =>
      each.kind === 'remote'
        ? url !== '' && each.url === url
        : comfyuiFolder !== '' && each.comfyuiFolder === comfyuiFolder,
    );
    if (instance === undefined) return [];
    const details = { name, instanceId: instance.id, instanceName: instance.name };
    return [
      findingRemark('already-an-instance', 'info', `The instance "${instance.name}" runs ${name} already.`, details),
    ];
  });

const isOfThisMachine = ({ comfyuiFolder, url, host }: MigrationFinding['candidates'][number]): boolean =>
  comfyuiFolder !== '' || url === '' || isThisMachine(host);

const findingOf = (sighting: Sighting, existing: readonly KnownInstance[]): MigrationFinding => ({
  id: findingIdOf(sighting),
  kind: sighting.kind,
  title: sighting.title.slice(0, 300),
  location: sighting.location.slice(0, 4096),
  version: sighting.version.slice(0, 100),
  candidates: [...sighting.candidates],
  remarks: [...sighting.remarks, ...knownRemarks(sighting, existing)],
});

const withoutTwins = (sightings: readonly Sighting[]): readonly Sighting[] =>
  [...new Map(sightings.toReversed().map((sighting) => [findingIdOf(sighting), sighting])).values()].toReversed();

/** Looks for ComfyUI on this machine. Nothing that it looks at is changed. */
export const createMigrationScanner = (dependencies: ScannerDependencies): MigrationScanner => {
  const { context, running, clock, logger, ownPorts, ownFolder, existing } = dependencies;
  let last: ReadonlyMap<string, MigrationFinding> = new Map();
  let secrets: ReadonlyMap<string, string> = new Map();

  const portPlaces = (ports: readonly number[], signal?: AbortSignal): readonly Place[] =>
    ports
      .filter((port) => !ownPorts().includes(port))
      .map((port) => ({
        location: `http://127.0.0.1:${port}`,
        kind: 'running',
        look: () => only(lookAtRunning(port, running, context, signal)),
      }));

  /** Ports that installs and lists of this machine say they use. */
  const furtherPorts = (sightings: readonly Sighting[]): readonly number[] => {
    const here = sightings.flatMap(({ candidates }) => candidates.filter(isOfThisMachine));
    const looked = new Set(
      sightings.flatMap(({ kind, candidates }) => (kind === 'running' ? candidates.map(({ port }) => port) : [])),
    );
    const ports = new Set(here.flatMap(({ port }) => port ?? []));
    return [...ports].filter((port) => !looked.has(port)).slice(0, mostFurtherPorts);
  };

  const programPlaces = (): readonly Place[] => [
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

  const usual = async (signal?: AbortSignal): Promise<readonly Place[]> => {
    const [folders, files] = await Promise.all([usualFolders(context), usualFiles(context)]);
    return [
      ...portPlaces(usualPorts, signal),
      ...programPlaces(),
      ...folders
        .filter((folder) => folder !== ownFolder)
        .map(
          (folder): Place => ({ location: folder, kind: 'folder', look: () => only(recogniseFolder(folder, context)) }),
        ),
      ...files.map(
        (file): Place => ({
          location: file,
          kind: 'instances-file',
          look: () => only(lookAtFile(file, context, false)),
        }),
      ),
    ];
  };

  const typedUrl = async (url: string, signal?: AbortSignal): Promise<readonly Sighting[]> => {
    const address = parseRemoteUrl(url);
    const isHere = address.ok && !address.secure && isThisMachine(address.host) && !ownPorts().includes(address.port);
    const local = isHere ? await lookAtRunning(address.port, running, context, signal) : null;
    return [local ?? (await lookAtUrl(url, running.client, signal))];
  };

  const asked = (request: ScanRequest, signal?: AbortSignal): readonly Place[] => [
    ...request.folders.map(
      (folder): Place => ({ location: folder, kind: 'folder', look: () => lookAtPointedFolder(folder, context) }),
    ),
    ...request.files.map(
      (file): Place => ({ location: file, kind: 'instances-file', look: () => only(lookAtFile(file, context, true)) }),
    ),
    ...request.urls.map((url): Place => ({ location: url, kind: 'url', look: () => typedUrl(url, signal) })),
  ];

  /** A place that takes too long or breaks a look is a remark; the others are seen all the same. */
  const lookAt = async ({ location, kind, look }: Place): Promise<readonly Sighting[]> => {
    const outcome = await limited(look(), placeLimitMs, clock);
    if (outcome.kind === 'done') return outcome.value;
    if (outcome.kind === 'failed') logger.error('A look at a place failed', { location, error: String(outcome.error) });
    const text =
      outcome.kind === 'late' ? `Looking at ${location} took too long.` : `${location} could not be looked at.`;
    const code = outcome.kind === 'late' ? 'took-too-long' : 'unreadable-folder';
    const remarks = [findingRemark(code, 'warning', text, { path: location })];
    return [{ kind, title: location, location, version: '', candidates: [], remarks }];
  };

  const realPathsOf = async (sightings: readonly Sighting[]): Promise<ReadonlyMap<string, string>> => {
    const folders = new Set(
      sightings.flatMap(({ candidates }) => candidates.map(({ comfyuiFolder }) => comfyuiFolder)),
    );
    folders.delete('');
    const pairs = [...folders].map(async (folder) => [folder, await context.reader.realPath(folder)] as const);
    return new Map(await Promise.all(pairs));
  };

  const keep = (sightings: readonly Sighting[]): readonly MigrationFinding[] => {
    const instances = existing();
    const findings = sightings.map((sighting) => findingOf(sighting, instances));
    last = new Map(findings.map((finding) => [finding.id, finding]));
    secrets = new Map(
      sightings.flatMap((sighting) =>
        [...(sighting.secrets ?? [])].map(([key, secret]) => [`${findingIdOf(sighting)}\n${key}`, secret] as const),
      ),
    );
    return findings;
  };

  return {
    scan: async (request, signal) => {
      const startedAt = clock.now();
      const places = [...asked(request, signal), ...(request.usualPlaces ? await usual(signal) : [])];
      const named = (await Promise.all(places.map(lookAt))).flat();
      const further = portPlaces(request.usualPlaces ? furtherPorts(named) : [], signal);
      const seen = [...named, ...(await Promise.all(further.map(lookAt))).flat()];
      if (signal?.aborted === true) throw new StudioError('CALL_CANCELLED');
      const sightings = withoutTwins(seen);
      const realPaths = await realPathsOf(sightings);
      const findings = keep(withoutTwins(joinSightings(matchUnknown(sightings, realPaths), realPaths)));
      return { findings, durationMs: clock.now() - startedAt };
    },
    finding: (findingId) => last.get(findingId) ?? null,
    secretOf: (findingId, candidateKey) => secrets.get(`${findingId}\n${candidateKey}`) ?? null,
  };
};
