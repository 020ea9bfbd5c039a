import { z } from 'zod';
import { instanceIdSchema } from './instance.ts';

/** Whose page is looked at: an instance's own, or what the gateway shows as one ComfyUI. */
export const viewerTargetSchema = z.union([z.literal('gateway'), instanceIdSchema]);
export type ViewerTarget = z.infer<typeof viewerTargetSchema>;

/**
 * How a page can be shown. `framed`: inside the studio's page, at `framePath` of the studio's address. `refused`: it lets nobody frame
 * it. `elsewhere`: it listens on the studio's machine only, and the browser is on another. `unreachable`: nobody answers.
 * `no-frames`: the page that asks cannot hold frames of the web (a desktop window, which has an embedded view instead).
 */
export const viewerWays = ['framed', 'refused', 'elsewhere', 'unreachable', 'no-frames'] as const;
export const viewerSightSchema = z.object({
  way: z.enum(viewerWays),
  address: z.string().describe('For the browser of the user'),
  framePath: z.string().nullable(),
  rule: z.string().nullable().describe('What refuses a frame: a header, or a status'),
  isolated: z.boolean().describe('Only a browser that keeps cookies out of a frame may frame it'),
});
export type ViewerSight = z.infer<typeof viewerSightSchema>;

/** A part of the studio's window, in CSS pixels. */
export const viewerBoundsSchema = z.object({
  x: z.number().min(-10_000).max(100_000),
  y: z.number().min(-10_000).max(100_000),
  width: z.number().min(0).max(100_000),
  height: z.number().min(0).max(100_000),
});
export type ViewerBounds = z.infer<typeof viewerBoundsSchema>;
