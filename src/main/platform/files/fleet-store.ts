import { z } from 'zod';
import { instanceConfigurationSchema } from '#contract/models/instance.ts';
import type { FleetDocument, FleetStore } from '#core/ports/stores.ts';
import { createDocumentStore, type DocumentStoreDependencies } from './document-store.ts';
import type { ExactDocument } from './exact-copy.ts';
import type { DocumentDefinition } from './stored-document.ts';

/** Ids name folders and logs, so no two may be equal. An active instance that is gone is no damage: none is active then. */
const fleetSchema = z
  .object({ instances: z.array(instanceConfigurationSchema), activeInstanceId: z.string().nullable().default(null) })
  .refine(({ instances }) => new Set(instances.map(({ id }) => id)).size === instances.length, {
    message: 'two instances have one id',
    path: ['instances'],
  })
  .transform(
    ({ instances, activeInstanceId }): FleetDocument => ({
      instances,
      activeInstanceId: instances.some(({ id }) => id === activeInstanceId) ? activeInstanceId : null,
    }),
  );

export const fleetDefinition: DocumentDefinition<FleetDocument> = {
  name: 'fleet',
  schema: fleetSchema,
  upgrades: [],
  empty: { instances: [], activeInstanceId: null },
};

/** The instances and the active one, in `<data folder>/fleet.json`. */
export const createFleetStore = (dependencies: DocumentStoreDependencies): FleetStore & ExactDocument =>
  createDocumentStore(fleetDefinition, dependencies);
