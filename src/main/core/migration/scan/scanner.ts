import { StudioError } from '#contract/errors.ts';
import type { MigrationFinding } from '#contract/models/migration.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import { isThisMachine } from '../../instances/configuration/remote-address.ts';
import { limited } from '../../instances/limited.ts';
import { joinSightings } from './join-sightings.ts';
import type { RunningPorts } from './look-running.ts';
import { findingOf, type KnownInstance, secretsOf, withoutTwins } from './make-findings.ts';
import { matchUnknown } from './match-unknown.ts';
import {
  askedPlaces,
  type Place,
  type PlaceDependencies,
  portPlaces,
  type ScanRequest,
  usualPlaces,
} from './places.ts';
import { findingRemark, type ScanContext, type Sighting } from './scan-context.ts';
import { createScanReader } from './scan-reader.ts';

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

/** A list can name any number of ports; only those on which something listens are asked. */
const mostFurtherPorts = 64;

/** One place; a network drive or a server that hangs costs no more than this. */
const placeLimitMs = 15_000;

const isOfThisMachine = ({ comfyuiFolder, url, host }: MigrationFinding['candidates'][number]): boolean =>
  comfyuiFolder !== '' || url === '' || isThisMachine(host);

/** Ports that installs and lists of this machine say they use. */
const furtherPorts = (sightings: readonly Sighting[]): readonly number[] => {
  const here = sightings.flatMap(({ candidates }) => candidates.filter(isOfThisMachine));
  const looked = new Set(
    sightings.flatMap(({ kind, candidates }) => (kind === 'running' ? candidates.map(({ port }) => port) : [])),
  );
  const ports = new Set(here.flatMap(({ port }) => port ?? []));
  return [...ports].filter((port) => !looked.has(port)).slice(0, mostFurtherPorts);
};

const realPathsOf = async (
  sightings: readonly Sighting[],
  { reader }: ScanContext,
): Promise<ReadonlyMap<string, string>> => {
  const folders = new Set(sightings.flatMap(({ candidates }) => candidates.map(({ comfyuiFolder }) => comfyuiFolder)));
  folders.delete('');
  const pairs = [...folders].map(async (folder) => [folder, await reader.realPath(folder)] as const);
  return new Map(await Promise.all(pairs));
};

/** Looks for ComfyUI on this machine. Nothing that it looks at is changed. */
export const createMigrationScanner = (dependencies: ScannerDependencies): MigrationScanner => {
  const { running, clock, logger, ownFolder, existing } = dependencies;
  let last: ReadonlyMap<string, MigrationFinding> = new Map();
  let secrets: ReadonlyMap<string, string> = new Map();

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

  const lookAtAll = async (places: readonly Place[]): Promise<readonly Sighting[]> =>
    (await Promise.all(places.map(lookAt))).flat();

  const see = async (request: ScanRequest, parts: PlaceDependencies): Promise<readonly Sighting[]> => {
    const asked = askedPlaces(request, parts);
    const named = await lookAtAll([...asked, ...(request.usualPlaces ? await usualPlaces(parts) : [])]);
    const further = await lookAtAll(portPlaces(request.usualPlaces ? furtherPorts(named) : [], parts));
    const sightings = withoutTwins([...named, ...further]);
    const realPaths = await realPathsOf(sightings, parts.context);
    return withoutTwins(joinSightings(matchUnknown(sightings, realPaths), realPaths));
  };

  return {
    scan: async (request, signal) => {
      const startedAt = clock.now();
      const disk = createScanReader(dependencies.context.reader);
      const context = { ...dependencies.context, reader: disk.reader };
      try {
        const sightings = await see(request, {
          context,
          running,
          ownPorts: dependencies.ownPorts(),
          ownFolder,
          signal,
        });
        if (signal?.aborted === true) throw new StudioError('CALL_CANCELLED');
        const instances = existing();
        const findings = sightings.map((sighting) => findingOf(sighting, instances));
        last = new Map(findings.map((finding) => [finding.id, finding]));
        secrets = secretsOf(sightings);
        return { findings, durationMs: clock.now() - startedAt };
      } finally {
        disk.end();
      }
    },
    finding: (findingId) => last.get(findingId) ?? null,
    secretOf: (findingId, candidateKey) => secrets.get(`${findingId}\n${candidateKey}`) ?? null,
  };
};
