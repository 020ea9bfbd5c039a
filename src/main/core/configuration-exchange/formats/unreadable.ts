import { StudioError } from '#contract/errors.ts';

/** Why a file as a whole cannot be read: a code for the screens, plain English for scripts. */
const messages = {
  empty: 'The file is empty.',
  'not-json': 'The file is not JSON.',
  'not-an-object': 'The file holds no JSON object.',
  'no-list': 'There is no list "instances" in the file.',
  field: 'A field of the file is missing or wrong.',
  'instance-count': 'COMFYUI_INSTANCES is no number from 1 to 64.',
  'base-port': 'COMFYUI_BASE_PORT is no port.',
} as const;

export const unreadable = (
  reason: keyof typeof messages,
  details: Readonly<Record<string, unknown>> = {},
): StudioError => new StudioError('CONFIGURATION_UNREADABLE', messages[reason], { details: { ...details, reason } });
