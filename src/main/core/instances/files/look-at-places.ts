import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { InstanceFile } from '#contract/models/instance-files.ts';
import { modelPathsOf } from '../../migration/scan/model-paths.ts';
import type { ScanContext } from '../../migration/scan/scan-context.ts';
import { joinPath, samePath } from '../configuration/paths.ts';
import { type NamedPlace, type PlaceSite, placesOf } from './instance-places.ts';

/** Folders of extra search paths that are looked at; a file may name hundreds. */
const extraFoldersMax = 40;

/** The files of search paths that ComfyUI reads besides the one that is written for it: its own, and those of the arguments. */
const searchPathFiles = (configuration: InstanceConfiguration, { platform }: PlaceSite): readonly string[] => {
  const { comfyuiFolder, extraArguments } = configuration;
  const given = extraArguments.flatMap((argument, index) => {
    if (argument.startsWith('--extra-model-paths-config=')) return [argument.slice(argument.indexOf('=') + 1)];
    const next = extraArguments[index + 1];
    return argument === '--extra-model-paths-config' && next !== undefined ? [next] : [];
  });
  return [...(comfyuiFolder === '' ? [] : [joinPath(platform, comfyuiFolder, 'extra_model_paths.yaml')]), ...given];
};

const extraModels = async (
  configuration: InstanceConfiguration,
  site: PlaceSite,
  context: ScanContext,
): Promise<readonly NamedPlace[]> => {
  if (configuration.program === 'sandbox') return [];
  const kindsByPath = new Map<string, string[]>();
  for (const file of searchPathFiles(configuration, site)) {
    const reading = await context.reader.text(file);
    const parsed = reading.kind === 'text' ? context.parseYaml(reading.text) : null;
    if (parsed === null) continue;
    for (const { kind, path } of modelPathsOf(parsed.value, file, context).paths) {
      kindsByPath.set(path, [...(kindsByPath.get(path) ?? []), kind]);
    }
  }
  return [...kindsByPath]
    .slice(0, extraFoldersMax)
    .map(([path, kinds]) => ({ place: 'extra-models', path, chosen: true, kinds: [...new Set(kinds)] }));
};

/** What is needed to look: a bounded reader of places, and the size of a file (null where it cannot be told). */
export interface PlaceLook {
  readonly site: PlaceSite;
  readonly context: ScanContext;
  readonly fileBytes: (path: string) => Promise<number | null>;
}

const sizeOf = async (
  path: string,
  kind: InstanceFile['kind'],
  { context, fileBytes }: PlaceLook,
): Promise<{ files: number | null; bytes: number | null }> => {
  if (kind === 'folder') return context.reader.measure(path);
  return { files: null, bytes: kind === 'file' ? await fileBytes(path) : null };
};

const lookAt = async (place: NamedPlace, look: PlaceLook): Promise<Omit<InstanceFile, 'sharedWith'>> => {
  const { reader } = look.context;
  const [kind, freeBytes] = await Promise.all([reader.kind(place.path), reader.freeBytes(place.path)]);
  const isFolder = kind === 'folder';
  const [writable, measure] = await Promise.all([
    isFolder ? reader.isWritable(place.path) : null,
    sizeOf(place.path, kind, look),
  ]);
  return {
    place: place.place,
    path: place.path,
    kinds: [...place.kinds],
    kind,
    writable,
    sizeBytes: measure.bytes,
    fileCount: isFolder ? measure.files : null,
    chosen: place.chosen,
    freeBytes,
  };
};

/** The places of an instance as they are on the disk, and who else uses them. Every look is bounded in time. */
export const lookAtPlaces = async (
  configuration: InstanceConfiguration,
  others: readonly InstanceConfiguration[],
  look: PlaceLook,
): Promise<readonly InstanceFile[]> => {
  const { site, context } = look;
  const places = [...placesOf(configuration, site), ...(await extraModels(configuration, site, context))];
  const elsewhere = others
    .filter(({ id, kind }) => kind === 'local' && id !== configuration.id)
    .map((other) => ({ id: other.id, paths: placesOf(other, site).map(({ path }) => path) }));
  const usersOf = (path: string): string[] =>
    elsewhere.filter(({ paths }) => paths.some((other) => samePath(other, path, site.platform))).map(({ id }) => id);
  return Promise.all(
    places.map(async (place) => ({ ...(await lookAt(place, look)), sharedWith: usersOf(place.path) })),
  );
};
