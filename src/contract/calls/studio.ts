import { z } from 'zod';
import { defineCall } from '../define.ts';
import { gpuSchema } from '../models/gpu.ts';
import { settingsSchema } from '../models/settings.ts';
import { studioDescriptionSchema } from '../models/studio.ts';

const nothing = z.object({});

/** Calls about the studio itself, the machine, and what only a desktop host can do. */
export const studioCalls = {
  'studio.describe': defineCall({
    summary: 'Version, contract hash, addresses and what this host can do.',
    input: nothing,
    output: studioDescriptionSchema,
    errors: [],
    access: 'read',
  }),
  'settings.get': defineCall({
    summary: 'The settings.',
    input: nothing,
    output: settingsSchema,
    errors: [],
    access: 'read',
  }),
  'settings.update': defineCall({
    summary: 'Changes settings; fields left out stay.',
    input: z.object({ changes: z.partialRecord(settingsSchema.keyof(), z.unknown()) }),
    output: settingsSchema,
    errors: ['STORE_WRITE_FAILED'],
    access: 'admin',
  }),
  'gpus.list': defineCall({
    summary: 'The GPUs of this machine.',
    input: nothing,
    output: z.object({ gpus: z.array(gpuSchema) }),
    errors: [],
    access: 'read',
  }),
  'notices.dismiss': defineCall({
    summary: 'Takes a notice off the screens.',
    input: z.object({ noticeId: z.string().max(100) }),
    output: nothing,
    errors: [],
    access: 'write',
  }),
  'host.pickFolder': defineCall({
    summary: 'Asks the user for a folder; null when they close the dialog.',
    input: z.object({ title: z.string().max(200).default('') }),
    output: z.object({ path: z.string().nullable() }),
    errors: ['HOST_UNSUPPORTED'],
    access: 'admin',
  }),
  'host.openPath': defineCall({
    summary: 'Shows a folder of an instance or of the studio in the file manager of the desktop.',
    input: z.object({ path: z.string().max(4096) }),
    output: nothing,
    errors: ['HOST_UNSUPPORTED', 'INPUT_PATH_OUTSIDE'],
    access: 'admin',
  }),
  'host.openExternal': defineCall({
    summary: 'Opens an http or https address in the browser of the user.',
    input: z.object({ url: z.url({ protocol: /^https?$/ }).max(2000) }),
    output: nothing,
    errors: ['HOST_UNSUPPORTED'],
    access: 'write',
  }),
} as const;
