import { randomUUID } from 'node:crypto';

export interface RememberedImage {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** Pictures that this process keeps for the nodes of image editors: they never lie on disk and end with the process (field.md 5.1). */
export interface ImageMemory {
  put(id: string, image: RememberedImage): void;
  /** Keeps a picture of a node under an id of its own. */
  add(image: RememberedImage): string;
  get(id: string): RememberedImage | null;
}

const maxImages = 200;

export const createImageMemory = (): ImageMemory => {
  const images = new Map<string, RememberedImage>();
  const put = (id: string, image: RememberedImage): void => {
    images.delete(id);
    images.set(id, image);
    for (const oldest of images.keys()) {
      if (images.size <= maxImages) break;
      images.delete(oldest);
    }
  };
  return {
    put,
    add: (image) => {
      const id = randomUUID();
      put(id, image);
      return id;
    },
    get: (id) => images.get(id) ?? null,
  };
};
