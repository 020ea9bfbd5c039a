import { z } from 'zod';
import { instanceIdSchema } from './instance.ts';

export const instancePlaces = [
  'program',
  'base',
  'models',
  'extra-models',
  'input',
  'output',
  'user',
  'temp',
  'custom-nodes',
  'database',
  'search-paths',
  'log',
] as const;
export const instancePlaceSchema = z.enum(instancePlaces);
export type InstancePlace = z.infer<typeof instancePlaceSchema>;

/** A folder or file that an instance uses, as it is on the disk now. */
export const instanceFileSchema = z.object({
  place: instancePlaceSchema,
  path: z.string(),
  /** Model kinds that are looked for there, for extra models. */
  kinds: z.array(z.string()).default([]),
  kind: z.enum(['file', 'folder', 'missing', 'unreadable']),
  writable: z.boolean().nullable().describe('null for a file, and where nothing is there'),
  sizeBytes: z.number().nullable().describe('null where it could not be counted within the limit'),
  fileCount: z.int().nullable(),
  chosen: z.boolean().describe('The user named it; else it is where Atelier puts it'),
  sharedWith: z.array(instanceIdSchema).describe('Other instances that use the same place'),
  freeBytes: z.number().nullable().describe('Room left on its disk'),
});
export type InstanceFile = z.infer<typeof instanceFileSchema>;
