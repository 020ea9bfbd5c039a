import { z } from 'zod';
import { errorCodeSchema } from '../errors.ts';

/** Things that only some hosts can do; the renderer hides what is missing. */
export const hostCapabilities = [
  'pick-folder',
  'pick-file',
  'open-path',
  'open-external',
  'log-in-start',
  'embedded-view',
  'notify',
] as const;
export const hostCapabilitySchema = z.enum(hostCapabilities);
export type HostCapability = z.infer<typeof hostCapabilitySchema>;

export const studioDescriptionSchema = z.object({
  name: z.literal('atelier'),
  version: z.string(),
  contractHash: z.string(),
  platform: z.string().describe('linux, darwin or win32'),
  dataFolder: z.string(),
  startedAt: z.number(),
  addresses: z.object({ studio: z.string().nullable(), gateway: z.string().nullable() }),
  capabilities: z.array(hostCapabilitySchema),
});
export type StudioDescription = z.infer<typeof studioDescriptionSchema>;

/** Something the user should know that belongs to no single call, such as a restored configuration file. */
export const noticeSchema = z.object({
  id: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  code: errorCodeSchema,
  details: z.record(z.string(), z.unknown()).default({}),
  message: z.string(),
  at: z.number(),
});
export type Notice = z.infer<typeof noticeSchema>;
