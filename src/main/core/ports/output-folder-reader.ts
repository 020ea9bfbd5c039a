import type { FileAnswer } from './comfy-client.ts';

/** Where one local instance keeps the files that ComfyUI names by these types; absolute paths. */
export interface OutputFolders {
  readonly output: string;
  readonly temp: string;
  readonly input: string;
}

/** Reads what instances left on the disk of this machine, whether they run or not. */
export interface OutputFolderReader {
  /**
   * Streams a file below `folder` as an instance would answer it, with the same validators, conditions and one range. INPUT_PATH_OUTSIDE where the real path
   * leaves the folder, JOB_NOT_FOUND where there is no such file, STORE_READ_FAILED where it cannot be read.
   */
  open(
    folder: string,
    file: { readonly filename: string; readonly subfolder: string },
    options: { readonly headers?: Readonly<Record<string, string>> },
  ): Promise<FileAnswer>;
  /** Epoch milliseconds, with their fraction; null where there is no such file in the folder. STORE_READ_FAILED. */
  modifiedAt(folder: string, file: { readonly filename: string; readonly subfolder: string }): Promise<number | null>;
  /** Deletes a file below `folder`; false where there is none. INPUT_PATH_OUTSIDE, STORE_WRITE_FAILED. */
  remove(folder: string, file: { readonly filename: string; readonly subfolder: string }): Promise<boolean>;
}
