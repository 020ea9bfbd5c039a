import type {
  GalleryDetails,
  GalleryFacets,
  GalleryFilter,
  GalleryItem,
  GalleryKind,
  GallerySampler,
  GalleryWorkflow,
} from '#contract/models/gallery.ts';

export type GalleryStorage = GalleryDetails['storage'];

/** A folder whose files belong into the gallery; absolute. */
export interface GalleryFolder {
  readonly path: string;
  /** Whose it is, where it is that of one instance only. */
  readonly instanceId: string | null;
}

/** A file as a listing of its folder shows it. */
export interface FoundFile {
  readonly name: string;
  readonly kind: GalleryKind;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** A folder below an output folder, as it was when all of it was in the index. `/` stands between the parts of its name. */
export interface KnownDirectory {
  readonly modifiedAtMs: number;
  /** Names of the folders in it. */
  readonly folders: readonly string[];
}

/** What the graph behind a result says. */
export interface PromptFacts {
  readonly title: string;
  readonly positive: string;
  readonly negative: string;
  readonly models: readonly string[];
  readonly samplers: readonly GallerySampler[];
  readonly workflow: GalleryWorkflow | null;
}

/** What a file says of itself. */
export interface FileFacts {
  readonly kind: GalleryKind;
  readonly state: 'ready' | 'writing' | 'damaged';
  readonly width: number | null;
  readonly height: number | null;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** The texts beside the picture by their names: `prompt`, `workflow`, `parameters`. */
  readonly texts: Readonly<Record<string, string>>;
  /** The beginning of a text file. */
  readonly excerpt: string;
}

/** Where a result lies. */
export interface GalleryLocation {
  readonly id: number;
  readonly storage: GalleryStorage;
  /** Null for what is no file on this machine. */
  readonly folder: string | null;
  readonly subfolder: string;
  readonly name: string;
  readonly kind: GalleryKind;
  readonly state: GalleryItem['state'];
  readonly version: string;
  readonly jobId: string | null;
  readonly jobIndex: number | null;
}

/** One result of a job, for the index. */
export interface JobResult {
  readonly jobId: string;
  readonly index: number;
  readonly instanceId: string | null;
  readonly createdAt: number;
  readonly kind: GalleryKind;
  readonly storage: GalleryStorage;
  readonly folder: string | null;
  readonly subfolder: string;
  readonly name: string;
  readonly text: string;
  readonly facts: PromptFacts;
}

/**
 * The index of all results: derived from the disk and the jobs, so it is made anew where it is damaged. All calls are synchronous and
 * take a few milliseconds each with 100,000 results, some tens for a list that was not asked for lately; writes of one call are all or
 * nothing, and so many at once as their caller gives.
 */
export interface GalleryIndex {
  /** Counts changes; two equal revisions answer the same. */
  revision(): number;
  /** Keeps a folder in mind. */
  folderId(folder: GalleryFolder): number;
  /** Folders that are in mind, from output folders of today and from jobs. */
  folders(): readonly (GalleryFolder & { readonly id: number })[];
  directory(folderId: number, subfolder: string): KnownDirectory | null;
  putDirectory(folderId: number, subfolder: string, directory: KnownDirectory): void;
  /** What is in a folder that is not there any more, and below it, leaves the gallery: so many at once; answers whether that was all. */
  dropDirectory(folderId: number, subfolder: string, limit: number): boolean;
  /** Names of one folder in their order, those that are off the screens too; `after` is the last one of the answer before. */
  names(
    folderId: number,
    subfolder: string,
    after: string,
    limit: number,
  ): readonly { readonly id: number; readonly name: string; readonly isShown: boolean }[];
  /** Files that are new, or whose size or time is another one: they are to be looked into. */
  putFiles(folderId: number, subfolder: string, files: readonly FoundFile[]): void;
  /** Files that are not there any more: forgotten, but for what a job knows of them. */
  drop(ids: readonly number[]): void;
  putJobResults(results: readonly JobResult[]): void;
  /** Whether the results of a job stand in it. */
  knowsJob(jobId: string): boolean;
  /** Files stay, what only the job had goes. */
  forgetJob(jobId: string): void;
  /** Files that nobody looked into, newest first. */
  unread(limit: number): readonly GalleryLocation[];
  /** Files whose end was missing. */
  writing(limit: number): readonly GalleryLocation[];
  unreadCount(): number;
  putFacts(
    facts: readonly { readonly id: number; readonly file: FileFacts; readonly prompt: PromptFacts | null }[],
  ): void;
  putState(id: number, state: 'unread' | 'damaged'): void;
  /** Takes rows off the screens: their files are in the trash. */
  hide(ids: readonly number[]): void;
  show(ids: readonly number[]): void;
  location(id: number): GalleryLocation | null;
  item(id: number): GalleryItem | null;
  details(id: number): GalleryDetails | null;
  page(filter: GalleryFilter, offset: number, limit: number): readonly GalleryItem[];
  ids(filter: GalleryFilter, offset: number, limit: number): readonly number[];
  total(filter: GalleryFilter): number;
  /** How many come before it in a list; null where the filter leaves it out. */
  position(filter: GalleryFilter, id: number): number | null;
  /** Counts by quarters of an hour (epoch ms / 900,000), newest first: every time zone is a whole number of those away from UTC. */
  perQuarter(filter: GalleryFilter): readonly (readonly [quarter: number, count: number])[];
  facets(): GalleryFacets;
  /** Small facts by name. */
  note(name: string): string | null;
  setNote(name: string, value: string): void;
  close(): void;
}

/** The files of output folders. Links are left out everywhere. */
export interface GalleryFiles {
  /** Of a folder; null where there is none. STORE_READ_FAILED where it cannot be looked at. */
  modifiedAt(folder: string, subfolder: string): Promise<number | null>;
  /** What is in one folder, in pieces. STORE_READ_FAILED. */
  entries(
    folder: string,
    subfolder: string,
  ): AsyncIterable<readonly { readonly name: string; readonly isFolder: boolean }[]>;
  /** Those of the names that are files, with size and time. */
  stat(
    folder: string,
    subfolder: string,
    names: readonly string[],
  ): Promise<readonly Pick<FoundFile, 'name' | 'sizeBytes' | 'modifiedAtMs'>[]>;
  /** The path of a file, links on the way to it looked at; null where it is gone or leads out of its folder. */
  locate(folder: string, subfolder: string, name: string): Promise<string | null>;
  /** Looks into a file; null where it is gone or a link. A file that cannot be read is `damaged`. */
  read(location: Pick<GalleryLocation, 'folder' | 'subfolder' | 'name' | 'kind'>): Promise<FileFacts | null>;
}

/** Small pictures of pictures, made once and kept in a folder of bounded size. */
export interface Thumbnails {
  /** WebP; null where none can be made. Those asked for last are made first; whoever is gone by then gives up. */
  open(
    source: ThumbnailSource,
    signal?: AbortSignal,
  ): Promise<{ readonly bytes: Uint8Array; readonly contentType: string; readonly etag: string } | null>;
  /** Makes one when nobody waits for another; answers false where none could be made. */
  prepare(source: ThumbnailSource): Promise<boolean>;
  close(): Promise<void>;
}

export interface ThumbnailSource {
  /** Names the content: the same for the same content, another one for any other. */
  readonly key: string;
  /** The file, or its bytes where there is none on this machine. */
  readonly file: string | null;
  read(signal?: AbortSignal): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
}

/** The trash of the system. */
export interface SystemTrash {
  /** Whether `restore` works here. */
  readonly canRestore: boolean;
  /** Moves a file that lies in a folder, looked at by its real path: INPUT_PATH_OUTSIDE, STORE_WRITE_FAILED; false where it is gone. */
  move(folder: string, file: { readonly subfolder: string; readonly name: string }): Promise<TrashedFile | false>;
  /** Puts it back where it was; false where that place is taken or the trash was emptied. */
  restore(file: TrashedFile): Promise<boolean>;
}

/** Where a file was and where it is; opaque to all but the trash. */
export interface TrashedFile {
  readonly path: string;
  readonly trashPath: string | null;
  readonly infoPath: string | null;
}
