import { z } from 'zod';
import { instanceIdSchema } from './instance.ts';

/** 8187 unless something else is set; 8188 is where clients of a single ComfyUI look. */
export const gatewayPortSchema = z.int().min(1).max(65_535);

/** Who has a port that the gateway may want. */
export const gatewayPortFindingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('gateway') }).describe('The gateway itself'),
  z.object({ kind: z.literal('free') }),
  z
    .object({
      kind: z.literal('instance'),
      instanceId: instanceIdSchema,
      name: z.string(),
      runningJobs: z.int().nonnegative(),
    })
    .describe('An instance of this studio, which can move to another port'),
  z
    .object({
      kind: z.literal('comfyui'),
      version: z.string(),
      queueRemaining: z.int().nonnegative(),
      pid: z.int().nullable(),
      importable: z.boolean().describe('It can become an instance of this studio and move to another port'),
    })
    .describe('A ComfyUI that somebody else started'),
  z.object({ kind: z.literal('other'), pid: z.int().nullable(), name: z.string().nullable() }),
]);
export type GatewayPortFinding = z.infer<typeof gatewayPortFindingSchema>;
