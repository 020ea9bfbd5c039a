import { z } from 'zod';
import { defineCall } from '../define.ts';
import { viewerBoundsSchema, viewerSightSchema, viewerTargetSchema } from '../models/viewer.ts';

const nothing = z.object({});

/** Calls about ComfyUI's own pages, and about messages on the desktop. */
export const viewerCalls = {
  'viewer.look': defineCall({
    summary: 'Asks for the page of an instance, or of the gateway, and says how it can be shown.',
    input: z.strictObject({
      target: viewerTargetSchema,
      origin: z.string().max(300).describe('Where the page that asks came from, e.g. http://127.0.0.1:8001'),
    }),
    output: viewerSightSchema,
    errors: ['INSTANCE_NOT_FOUND'],
    access: 'read',
  }),
  'viewer.show': defineCall({
    summary: 'Shows the page in a part of the desktop window, or moves it there; only that window itself may ask.',
    input: z.strictObject({ target: viewerTargetSchema, bounds: viewerBoundsSchema }),
    output: nothing,
    errors: ['INSTANCE_NOT_FOUND', 'HOST_UNSUPPORTED'],
    access: 'admin',
  }),
  'viewer.reload': defineCall({
    summary: 'Loads the page that is shown in the desktop window again.',
    input: nothing,
    output: nothing,
    errors: ['HOST_UNSUPPORTED'],
    access: 'admin',
  }),
  'viewer.hide': defineCall({
    summary: 'Takes the page off the desktop window; it keeps what was done in it.',
    input: nothing,
    output: nothing,
    errors: ['HOST_UNSUPPORTED'],
    access: 'admin',
  }),
  'desktop.notify': defineCall({
    summary: 'Shows a message of the desktop; answers when it was clicked or went away.',
    input: z.strictObject({ title: z.string().min(1).max(200), body: z.string().max(500).default('') }),
    output: z.object({ clicked: z.boolean() }),
    errors: ['HOST_UNSUPPORTED'],
    access: 'admin',
  }),
} as const;
