import type { FindingKind, MigrationCandidate } from '#contract/models/migration.ts';
import { findingRemark, type Sighting } from './scan-context.ts';

/**
 * Who says most about an install that several looks saw: what runs, then the programs that manage it, then the files themselves, then
 * descriptions.
 */
const precedence: Readonly<Record<FindingKind, number>> = {
  running: 0,
  'desktop-2': 1,
  'desktop-1': 2,
  'stability-matrix': 3,
  'comfy-cli': 4,
  'docker-multi': 5,
  portable: 6,
  git: 7,
  folder: 8,
  'docker-single': 9,
  'instances-file': 10,
  'environment-variables': 11,
  'servers-file': 12,
  url: 13,
};

/** A list of servers is more than the install that they run, so it stays whole. */
const isList = (kind: FindingKind): boolean =>
  kind === 'instances-file' || kind === 'environment-variables' || kind === 'docker-multi';

/** What the better look lacks and the other one has. */
const completed = (better: MigrationCandidate, other: MigrationCandidate): MigrationCandidate => ({
  ...better,
  pythonPath: better.pythonPath || other.pythonPath,
  name: better.name === 'ComfyUI' ? other.name : better.name,
  modelFolders: [...new Set([...better.modelFolders, ...other.modelFolders])],
  customNodes: [...new Set([...better.customNodes, ...other.customNodes])].toSorted(),
});

interface Kept {
  sighting: Sighting;
}

interface Owner {
  readonly kept: Kept;
  readonly key: string;
}

const folderOf = ({ folders }: MigrationCandidate, role: 'base' | 'models'): readonly string[] =>
  folders.flatMap((folder) => (folder.role === role ? [folder.path] : []));

/** Remembers which sighting stands for an install, and for the data of one. */
const createOwners = (realPaths: ReadonlyMap<string, string>) => {
  const installs = new Map<string, Owner>();
  const data = new Map<string, Owner>();
  const real = (path: string): string => realPaths.get(path) ?? path;
  return {
    of: (kind: FindingKind, candidate: MigrationCandidate): Owner | undefined => {
      if (candidate.comfyuiFolder !== '') return installs.get(real(candidate.comfyuiFolder));
      // A folder of data alone is nothing of its own where a program that uses it was seen.
      if (kind !== 'docker-single') return undefined;
      return [...folderOf(candidate, 'base'), ...folderOf(candidate, 'models')]
        .map((path) => data.get(path))
        .find((owner) => owner !== undefined);
    },
    add: (owner: Owner, candidate: MigrationCandidate): void => {
      const { comfyuiFolder } = candidate;
      if (comfyuiFolder !== '' && !installs.has(real(comfyuiFolder))) installs.set(real(comfyuiFolder), owner);
      for (const path of [...folderOf(candidate, 'base'), ...candidate.modelFolders]) {
        if (!data.has(path)) data.set(path, owner);
      }
    },
  };
};

const absorb = ({ kept, key }: Owner, other: Sighting, twin: MigrationCandidate): void => {
  const { sighting } = kept;
  const text = `${other.location} is the same install.`;
  const details = { kind: other.kind, path: other.location };
  const isData = twin.comfyuiFolder === '';
  kept.sighting = {
    ...sighting,
    candidates: sighting.candidates.map((candidate) =>
      candidate.key === key && !isData ? completed(candidate, twin) : candidate,
    ),
    remarks: [...sighting.remarks, findingRemark('same-install', 'info', text, details)],
  };
};

/**
 * Puts what several looks saw of one install into one finding. A sighting that says nothing of its own any more is left out; a list of
 * several servers on one install stays whole.
 */
export const joinSightings = (
  sightings: readonly Sighting[],
  realPaths: ReadonlyMap<string, string>,
): readonly Sighting[] => {
  const kept: Kept[] = [];
  const owners = createOwners(realPaths);
  for (const sighting of sightings.toSorted((a, b) => precedence[a.kind] - precedence[b.kind])) {
    const own: MigrationCandidate[] = [];
    for (const candidate of sighting.candidates) {
      const owner = isList(sighting.kind) ? undefined : owners.of(sighting.kind, candidate);
      if (owner === undefined) own.push(candidate);
      else absorb(owner, sighting, candidate);
    }
    if (own.length === 0 && sighting.candidates.length > 0) continue;
    const mine: Kept = { sighting: { ...sighting, candidates: own } };
    kept.push(mine);
    for (const candidate of own) owners.add({ kept: mine, key: candidate.key }, candidate);
  }
  return kept.map(({ sighting }) => sighting);
};
