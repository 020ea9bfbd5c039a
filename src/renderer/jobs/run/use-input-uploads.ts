import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { uploadInput } from '../../studio-client/content.ts';

/** The file that replaces what an input of the workflow names. */
export type InputUpload =
  | { readonly state: 'uploading'; readonly fileName: string; readonly previewUrl: string | null }
  | {
      readonly state: 'ready';
      readonly fileName: string;
      readonly previewUrl: string | null;
      readonly uploadId: string;
    }
  | { readonly state: 'failed'; readonly fileName: string; readonly previewUrl: null; readonly error: unknown };

export interface InputUploads {
  /** By the name that the workflow uses. */
  readonly uploads: Readonly<Record<string, InputUpload>>;
  readonly busy: boolean;
  readonly choose: (name: string, file: File) => void;
}

/** Uploads input files as they are chosen; a newer choice for the same input ends the older one. */
export const useInputUploads = (): InputUploads => {
  const [uploads, setUploads] = useState<Readonly<Record<string, InputUpload>>>({});
  const running = useRef(new Map<string, AbortController>());
  const previews = useRef<string[]>([]);

  useEffect(() => {
    const controllers = running.current;
    const urls = previews.current;
    return () => {
      for (const controller of controllers.values()) controller.abort();
      for (const url of urls) URL.revokeObjectURL(url);
    };
  }, []);

  const upload = useCallback(async (name: string, file: File): Promise<void> => {
    running.current.get(name)?.abort();
    const controller = new AbortController();
    running.current.set(name, controller);
    const previewUrl = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
    if (previewUrl !== null) previews.current.push(previewUrl);
    const set = (next: InputUpload): void => setUploads((current) => ({ ...current, [name]: next }));
    set({ state: 'uploading', fileName: file.name, previewUrl });
    try {
      const uploadId = await uploadInput(file, controller.signal);
      if (!controller.signal.aborted) set({ state: 'ready', fileName: file.name, previewUrl, uploadId });
    } catch (error) {
      if (!controller.signal.aborted) set({ state: 'failed', fileName: file.name, previewUrl: null, error });
    }
  }, []);

  // The same object as long as nothing is uploaded, so that fields render again for their own values only.
  return useMemo(
    () => ({
      uploads,
      busy: Object.values(uploads).some(({ state }) => state === 'uploading'),
      choose: (name, file) => void upload(name, file),
    }),
    [uploads, upload],
  );
};
