import type { MigrationCandidate } from '#contract/models/migration.ts';
import type { Sighting } from './scan-context.ts';

/** Where ComfyUI listens when nobody says otherwise. */
const defaultPort = 8188;

interface Match {
  readonly sighting: Sighting;
  readonly candidate: MigrationCandidate;
}

const versionsDiffer = (one: string, other: string): boolean => one !== '' && other !== '' && one !== other;

/** Installs that would listen on a port; one for each program. */
const installsOn = (
  port: number,
  version: string,
  sightings: readonly Sighting[],
  realPaths: ReadonlyMap<string, string>,
): readonly Match[] => {
  const matches = sightings.flatMap((sighting) =>
    sighting.kind === 'running' || versionsDiffer(sighting.version, version)
      ? []
      : sighting.candidates
          .filter(({ comfyuiFolder, port: own }) => comfyuiFolder !== '' && (own ?? defaultPort) === port)
          .map((candidate) => ({ sighting, candidate })),
  );
  const byProgram = new Map(
    matches.map((match) => [realPaths.get(match.candidate.comfyuiFolder) ?? match.candidate.comfyuiFolder, match]),
  );
  return [...byProgram.values()];
};

const adopted = (running: MigrationCandidate, install: MigrationCandidate): MigrationCandidate => ({
  ...install,
  key: running.key,
  url: running.url,
  host: running.host,
  port: running.port,
  runningPid: running.runningPid,
  isActive: true,
  gpuDevice: running.gpuDevice === 'auto' ? install.gpuDevice : running.gpuDevice,
  arguments: running.arguments.length > 0 ? running.arguments : install.arguments,
});

/**
 * A server that does not tell its folder (outside Linux, where no process does) is the one install that would listen on its port; where
 * several would, nobody can tell.
 */
export const matchUnknown = (
  sightings: readonly Sighting[],
  realPaths: ReadonlyMap<string, string>,
): readonly Sighting[] =>
  sightings.map((sighting) => {
    const [running] = sighting.candidates;
    const isUnknown = sighting.kind === 'running' && sighting.remarks.some(({ code }) => code === 'folder-unknown');
    if (!isUnknown || running?.port === undefined || running.port === null) return sighting;
    const [match, ...others] = installsOn(running.port, sighting.version, sightings, realPaths);
    if (match === undefined || others.length > 0) return sighting;
    return {
      ...sighting,
      candidates: [adopted(running, match.candidate)],
      remarks: sighting.remarks.filter(({ code }) => code !== 'folder-unknown'),
    };
  });
