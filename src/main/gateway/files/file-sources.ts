import { StudioError } from '#contract/errors.ts';
import type { FleetCandidate } from '#core/jobs/fleet-view.ts';
import type { FileAnswer, OutputFile } from '#core/ports/comfy-client.ts';
import type { OutputFolders } from '#core/ports/output-folder-reader.ts';
import type { NamedUpload } from '#core/ports/upload-names.ts';
import { answeringInstances, type GatewayContext } from '../context.ts';
import type { FileMaker } from './file-makers.ts';
import { readMark } from './output-names.ts';
import { convertPicture, isConversion, type ViewQuery } from './picture-wish.ts';
import { openShelfFile } from './shelf-answer.ts';
import { type FileName, isUploadFolder } from './upload-place.ts';

/** What a request says besides the name of the file. */
export interface ViewOptions {
  /** In lower case; those of conditions, ranges, and where the answer is shown. */
  readonly headers: Readonly<Record<string, string>>;
  /** Conversions, as ComfyUI's /view takes them. */
  readonly query: ViewQuery;
  readonly signal: AbortSignal;
}

/** What finding and opening files takes. */
export type FileParts = Pick<GatewayContext, 'fleet' | 'client' | 'outputFolders' | 'pictures' | 'shelf' | 'makers'>;

type Open = (context: FileParts, file: OutputFile, options: ViewOptions) => Promise<FileAnswer | null>;

const isMissing = (error: unknown): boolean =>
  error instanceof StudioError && (error.code === 'JOB_NOT_FOUND' || error.code === 'INPUT_PATH_OUTSIDE');

/** Lets go of an answer that is not passed on, so that its connection is free again. */
const discard = async ({ body }: FileAnswer): Promise<void> => {
  await body[Symbol.asyncIterator]().return?.();
};

const folderOf = (folders: OutputFolders, type: string): string | null => (isUploadFolder(type) ? folders[type] : null);

/** A file of a folder on this machine; conversions are made here. */
const fromFolder =
  (folders: OutputFolders): Open =>
  async (context, file, { headers, query, signal }) => {
    const folder = folderOf(folders, file.type);
    if (folder === null) return null;
    const isPlain = !isConversion(query);
    try {
      const answer = await context.outputFolders.open(folder, file, isPlain ? { headers } : {});
      return isPlain ? answer : await convertPicture(context.pictures, { name: file.filename, answer, query, signal });
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };

const fromInstance =
  ({ endpoint }: FleetCandidate): Open =>
  async ({ client }, file, { headers, query, signal }) => {
    const answer = await client.view(endpoint, file, { headers, query: { ...query }, signal });
    if (answer.status < 400 || answer.status === 412 || answer.status === 416) return answer;
    await discard(answer);
    if (answer.status < 500) return null;
    throw new StudioError('INPUT_INVALID', 'The instance cannot make such a picture of the file.', {
      details: { status: answer.status },
    });
  };

const runs = (context: FileParts, instanceId: string): FleetCandidate | undefined =>
  answeringInstances(context).find((one) => one.instanceId === instanceId);

const isSame = (first: OutputFolders | null, second: OutputFolders | null): boolean =>
  first !== null && second !== null && first.output === second.output && first.temp === second.temp;

/** From the instance, or from its folder where it does not answer. */
const fromEither =
  (candidate: FleetCandidate, folders: OutputFolders): Open =>
  async (context, file, options) => {
    try {
      return await fromInstance(candidate)(context, file, options);
    } catch (error) {
      const isSilent = error instanceof StudioError && error.code === 'INSTANCE_UNREACHABLE';
      if (!isSilent || options.signal.aborted) throw error;
      return fromFolder(folders)(context, file, options);
    }
  };

/**
 * Where one instance's file comes from. Plain files come from the disk, which costs the instance nothing; what has to be converted is
 * asked of the instance while it runs, since its answer is the one that clients know.
 */
const sourceOf = (context: FileParts, maker: FileMaker, query: ViewQuery): Open => {
  const { instanceId, outputFolders: folders } = maker;
  const running = runs(context, instanceId);
  if (folders !== null) {
    if (!isConversion(query) || running === undefined || !isSame(running.outputFolders, folders))
      return fromFolder(folders);
    return fromEither(running, folders);
  }
  if (running !== undefined) return fromInstance(running);
  return async () => {
    throw new StudioError('INSTANCE_UNREACHABLE', undefined, { details: { instanceId, reason: 'not-running' } });
  };
};

const makerHere = ({ instanceId, outputFolders }: FleetCandidate): FileMaker => ({ instanceId, outputFolders });

/** The file of the instance that its name tells. */
const fromNamed: (instanceId: string) => Open = (instanceId) => async (context, file, options) => {
  const maker = context.makers.find(file, instanceId);
  const candidate = context.fleet.candidates().find((one) => one.instanceId === instanceId);
  const places = [maker, candidate === undefined ? null : makerHere(candidate)].filter((place) => place !== null);
  for (const place of places) {
    const answer = await sourceOf(context, place, options.query)(context, file, options);
    if (answer !== null) return answer;
  }
  return null;
};

const fromShelf =
  (entry: NamedUpload): Open =>
  (context, _file, options) =>
    openShelfFile(context, entry, options);

interface Dated {
  readonly at: number;
  readonly open: Open;
}

/** The instances on this machine that may have a file of the name, one of each folder. */
const localPlaces = ({ fleet }: FileParts, { type }: OutputFile): ReadonlyMap<string, FleetCandidate> => {
  const places = new Map<string, FleetCandidate>();
  for (const candidate of fleet.candidates()) {
    const folder = candidate.outputFolders === null ? null : folderOf(candidate.outputFolders, type);
    if (folder !== null && !places.has(folder)) places.set(folder, candidate);
  }
  return places;
};

/**
 * What may have a file of the name, the newest first. The one folder that a plain file can come from is not looked into twice; before an
 * instance is asked to convert one, its folder tells whether it has it.
 */
const newestFirst = async (context: FileParts, file: OutputFile, query: ViewQuery): Promise<readonly Open[]> => {
  const entry = context.shelf.find({ ...file, name: file.filename });
  const places = [...localPlaces(context, file)];
  const openHere = (candidate: FleetCandidate): Open => sourceOf(context, makerHere(candidate), query);
  if (entry === null && places.length === 1 && !isConversion(query))
    return places.map(([, candidate]) => openHere(candidate));
  const finds: Dated[] = entry === null ? [] : [{ at: entry.storedAt, open: fromShelf(entry) }];
  for (const [folder, candidate] of places) {
    const at = await context.outputFolders.modifiedAt(folder, file);
    if (at !== null) finds.push({ at, open: openHere(candidate) });
  }
  return finds.toSorted((a, b) => b.at - a.at).map(({ open }) => open);
};

/** A file that nobody is known to have made: the newest of the name on this machine, else the first that a remote instance has. */
const fromAnywhere: Open = async (context, file, options) => {
  const remotes = answeringInstances(context)
    .filter(({ outputFolders }) => outputFolders === null)
    .map(fromInstance);
  for (const open of [...(await newestFirst(context, file, options.query)), ...remotes]) {
    const answer = await open(context, file, options);
    if (answer !== null) return answer;
  }
  return null;
};

/**
 * Opens a file as ComfyUI names it, wherever in the fleet it is: on the instance that its mark tells, among the uploads, where the latest
 * job left it that made such a file, or with anybody who has one. Null where nobody does. INPUT_INVALID for a conversion of what is no
 * picture, INSTANCE_ codes for a remote instance that does not answer.
 */
export const openNamedFile = async (
  context: FileParts,
  { name, subfolder: given, type }: FileName,
  options: ViewOptions,
): Promise<FileAnswer | null> => {
  const { instanceId, subfolder: marked } = readMark(given);
  if (instanceId !== null) {
    const answer = await fromNamed(instanceId)(context, { filename: name, subfolder: marked, type }, options);
    if (answer !== null) return answer;
  }
  // A folder may really be called like a mark.
  const subfolder = given;
  const file = { filename: name, subfolder, type };
  const uploaded = type === 'input' ? context.shelf.find({ name, subfolder, type }) : null;
  if (uploaded !== null) return openShelfFile(context, uploaded, options);
  const maker = context.makers.find(file, null);
  const made = maker === null ? null : await sourceOf(context, maker, options.query)(context, file, options);
  return made ?? fromAnywhere(context, file, options);
};
