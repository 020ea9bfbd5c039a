import type { MigrationRemark } from '#contract/models/migration.ts';
import type { PlaceKind } from '#core/ports/migration.ts';
import { remark } from '../remark.ts';

/** A folder that a run makes, as it is right before. Paths have their links resolved. */
export interface TargetFacts {
  readonly path: string;
  readonly realPath: string;
  readonly place: PlaceKind;
  readonly isWritable: boolean;
  /** What is copied into it; null for a new, empty folder. */
  readonly source: {
    readonly path: string;
    readonly realPath: string;
    readonly place: PlaceKind;
    readonly bytes: number;
  } | null;
  readonly disk: string | null;
  readonly freeBytes: number | null;
}

/** What a plan meets on the machine right before it is carried out. */
export interface CheckFacts {
  readonly targets: readonly TargetFacts[];
  /** Everything that belongs to what the user had, links resolved. */
  readonly oldPlaces: readonly string[];
  readonly separator: string;
  readonly takenInstanceIds: readonly string[];
  readonly invalidInstances: readonly {
    readonly instanceId: string;
    readonly details: Readonly<Record<string, unknown>>;
  }[];
}

const isInside = (path: string, folder: string, separator: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(separator) ? folder : `${folder}${separator}`);

const isFilled = (place: PlaceKind): boolean => place === 'folder' || place === 'other';

const problemOfTarget = (target: TargetFacts, facts: CheckFacts): MigrationRemark | null => {
  const { path, realPath, source } = target;
  const { separator } = facts;
  if (source !== null && source.place !== 'folder' && source.place !== 'empty-folder') {
    return remark('error', 'source-gone', 'A folder to be copied is not there any more.', { path: source.path });
  }
  // A copy into a filled folder would mix two things that nobody could take apart again.
  if (source === null ? target.place === 'other' : isFilled(target.place)) {
    return remark('error', 'target-taken', 'There is something already where a folder is to be made.', { path });
  }
  // A folder that is there is only used; one that is made, or filled, must not lie in the old place, nor around it.
  const isMade = source !== null || target.place === 'missing';
  const old = facts.oldPlaces.find(
    (place) => isInside(realPath, place, separator) || (source !== null && isInside(place, realPath, separator)),
  );
  if (isMade && old !== undefined) {
    return remark('error', 'target-in-old-place', 'The old place would be changed.', { path, oldPlace: old });
  }
  if (isMade && !target.isWritable) {
    return remark('error', 'not-writable', 'Nothing can be written where a folder is to be made.', { path });
  }
  return null;
};

/** Copies to one disk need its space together; half a gigabyte stays for the system and for ComfyUI's own files. */
const spareBytes = 512 * 1024 ** 2;

const problemsOfSpace = (targets: readonly TargetFacts[]): readonly MigrationRemark[] => {
  const byDisk = Map.groupBy(
    targets.filter(({ source }) => source !== null),
    ({ disk, path }) => disk ?? path,
  );
  return [...byDisk.values()].flatMap((group) => {
    const neededBytes = group.reduce((sum, { source }) => sum + (source?.bytes ?? 0), 0);
    const free = group.flatMap(({ freeBytes }) => (freeBytes === null ? [] : [freeBytes]));
    const freeBytes = Math.min(...free);
    if (neededBytes === 0 || free.length === 0 || freeBytes >= neededBytes + Math.min(spareBytes, neededBytes))
      return [];
    const path = group[0]?.path ?? '';
    return [
      remark('error', 'no-space', 'The disk has too little room for the copies.', { path, neededBytes, freeBytes }),
    ];
  });
};

const twice = (values: readonly string[]): readonly string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

/** Everything that would go wrong, found before anything is done. */
export const checkPlan = (facts: CheckFacts): readonly MigrationRemark[] => [
  ...facts.targets.flatMap((target) => problemOfTarget(target, facts) ?? []),
  ...twice(facts.targets.filter(({ source }) => source !== null).map(({ realPath }) => realPath)).map((path) =>
    remark('error', 'target-twice', 'Two folders would be copied to one place.', { path }),
  ),
  ...problemsOfSpace(facts.targets),
  ...facts.takenInstanceIds.map((instanceId) =>
    remark('error', 'instance-id-taken', 'There is an instance with this id already.', { instanceId }),
  ),
  ...facts.invalidInstances.map(({ instanceId, details }) =>
    remark('error', 'instance-invalid', 'An instance of the plan cannot be made as it is.', { ...details, instanceId }),
  ),
];
