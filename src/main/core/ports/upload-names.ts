/** The folders of ComfyUI that a file can be uploaded to. */
export type UploadFolder = 'input' | 'temp' | 'output';

/** A file of the shelf: a name for an upload. */
export interface NamedUpload {
  readonly folder: UploadFolder;
  /** Below its folder, with forward slashes: `sub/dir/a.png`. One name stands for one upload. */
  readonly path: string;
  readonly uploadId: string;
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly storedAt: number;
  readonly usedAt: number;
}

export type NameChange =
  | { readonly kind: 'set'; readonly entry: NamedUpload }
  | { readonly kind: 'remove'; readonly folder: UploadFolder; readonly path: string };

/** The names of uploads on disk. */
export interface UploadNames {
  /** What was there when it was opened, the oldest first. */
  read(): readonly NamedUpload[];
  /**
   * Resolves when the changes would survive a power cut; calls of one moment share a write. STORE_WRITE_FAILED: what was written of
   * them may or may not be there after a restart.
   */
  write(changes: readonly NameChange[]): Promise<void>;
  /** Writes what is left and closes. */
  close(): Promise<void>;
}
