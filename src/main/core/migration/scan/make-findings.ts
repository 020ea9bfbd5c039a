import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { MigrationFinding, MigrationRemark } from '#contract/models/migration.ts';
import { textHash } from '../../shared/text-hash.ts';
import { findingRemark, type Sighting } from './scan-context.ts';

/** An instance that is there, as far as it tells what it runs. */
export type KnownInstance = Pick<InstanceConfiguration, 'id' | 'name' | 'kind' | 'comfyuiFolder' | 'url'>;

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

export const findingOf = (sighting: Sighting, existing: readonly KnownInstance[]): MigrationFinding => ({
  id: findingIdOf(sighting),
  kind: sighting.kind,
  title: sighting.title.slice(0, 300),
  location: sighting.location.slice(0, 4096),
  version: sighting.version.slice(0, 100),
  candidates: [...sighting.candidates],
  remarks: [...sighting.remarks, ...knownRemarks(sighting, existing)],
});

/** One for each place; of two looks at one place the first stays. */
export const withoutTwins = (sightings: readonly Sighting[]): readonly Sighting[] =>
  [...new Map(sightings.toReversed().map((sighting) => [findingIdOf(sighting), sighting])).values()].toReversed();

/** Passwords and tokens by finding and candidate. */
export const secretsOf = (sightings: readonly Sighting[]): ReadonlyMap<string, string> =>
  new Map(
    sightings.flatMap((sighting) =>
      [...(sighting.secrets ?? [])].map(([key, secret]) => [`${findingIdOf(sighting)}\n${key}`, secret] as const),
    ),
  );
