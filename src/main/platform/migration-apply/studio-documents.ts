import { z } from 'zod';
import { StudioError } from '#contract/errors.ts';
import type { StudioDocuments } from '#core/ports/migration.ts';
import { type ExactDocument, exactCopySchema } from '../files/exact-copy.ts';

const capturedSchema = z.array(exactCopySchema);

/** The documents that a migration changes, each through its own store, so that no save comes in between. */
export const createStudioDocuments = (stores: readonly ExactDocument[]): StudioDocuments => ({
  capture: async () => JSON.stringify(await Promise.all(stores.map((store) => store.exactCopy()))),
  putBack: async (captured) => {
    const copies = capturedSchema.safeParse(JSON.parse(captured));
    if (!copies.success || copies.data.length !== stores.length) {
      throw new StudioError('STORE_CORRUPT', 'The kept documents of a migration are damaged.');
    }
    const differing: string[] = [];
    for (const [index, store] of stores.entries()) {
      const copy = copies.data[index];
      if (copy !== undefined && !(await store.putBack(copy))) differing.push(copy.name);
    }
    return { differing };
  },
});
