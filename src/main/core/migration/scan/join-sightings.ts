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

/** The same install: several candidates of one finding may share a program (000), of two findings they are one thing seen twice. */
const installOf = (candidate: MigrationCandidate, realPaths: ReadonlyMap<string, string>): string =>
  candidate.comfyuiFolder === '' ? '' : (realPaths.get(candidate.comfyuiFolder) ?? candidate.comfyuiFolder);

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

const isListed = (kind: FindingKind): boolean =>
  kind === 'instances-file' || kind === 'environment-variables' || kind === 'docker-multi';

/**
 * Puts what several looks saw of one install into one finding. A sighting that says nothing of its own any more is left out; a list of
 * several servers on one install stays whole, since it is more than the install.
 */
export const joinSightings = (
  sightings: readonly Sighting[],
  realPaths: ReadonlyMap<string, string>,
): readonly Sighting[] => {
  const kept: Kept[] = [];
  const owners = new Map<string, { kept: Kept; key: string }>();
  const ordered = sightings.toSorted((a, b) => precedence[a.kind] - precedence[b.kind]);
  for (const sighting of ordered) {
    const repeated = sighting.candidates.filter((candidate) => owners.has(installOf(candidate, realPaths)));
    const mine: Kept = { sighting };
    if (!isListed(sighting.kind) || repeated.length === 0) {
      for (const candidate of repeated) {
        const owner = owners.get(installOf(candidate, realPaths));
        if (owner !== undefined) absorb(owner, sighting, candidate);
      }
      mine.sighting = {
        ...sighting,
        candidates: sighting.candidates.filter((candidate) => !repeated.includes(candidate)),
      };
      if (repeated.length > 0 && mine.sighting.candidates.length === 0) continue;
    }
    kept.push(mine);
    for (const candidate of mine.sighting.candidates) {
      const install = installOf(candidate, realPaths);
      if (install !== '' && !owners.has(install)) owners.set(install, { kept: mine, key: candidate.key });
    }
  }
  return kept.map(({ sighting }) => sighting);
};

const absorb = (
  owner: { readonly kept: Kept; readonly key: string },
  other: Sighting,
  twin: MigrationCandidate,
): void => {
  const { sighting } = owner.kept;
  const text = `${other.location} is the same install.`;
  owner.kept.sighting = {
    ...sighting,
    candidates: sighting.candidates.map((candidate) =>
      candidate.key === owner.key ? completed(candidate, twin) : candidate,
    ),
    remarks: [
      ...sighting.remarks,
      findingRemark('same-install', 'info', text, { kind: other.kind, path: other.location }),
    ],
  };
};
