import type { ErrorText } from './error-text.ts';

/** Errors of bringing configurations in, and of earlier states. */
export const configurationErrors = {
  CONFIGURATION_UNREADABLE: {
    happened: 'This file holds no configuration that Atelier can read.',
    reasons: {
      empty: 'This file is empty.',
      'not-json': 'This file is not JSON.',
      'not-an-object': 'This file holds no configuration that Atelier can read: it is no JSON object.',
      'no-list': 'This file holds no configuration that Atelier can read: there is no list "instances" in it.',
      field: 'This file holds no configuration that Atelier can read: "{{field}}" is missing or wrong.',
      'instance-count': 'COMFYUI_INSTANCES in this file is no number from 1 to 64.',
      'base-port': 'COMFYUI_BASE_PORT in this file is no port.',
    },
    means: 'Nothing was changed.',
    do: 'Choose a file that Atelier exported, an instances.json, or the configuration of a creative studio.',
  },
  CONFIGURATION_NEWER_VERSION: {
    happened: 'This file was written by a newer version.',
    detailed: ['This file is of version {{version}}; {{supportedVersion}} is the newest that can be read.'],
    means: 'It may say things that this version does not know, so nothing of it was used.',
    do: 'Update Atelier, or export the file from the older version.',
  },
  CONFIGURATION_OUTDATED: {
    happened: 'The instances or settings have changed since the preview.',
    means: 'What you saw would not be what happens, so nothing was changed.',
    do: 'Look at the new preview and confirm that.',
  },
  SNAPSHOT_NOT_FOUND: {
    happened: 'This snapshot does not exist any more.',
    means: 'Newer ones took its place; only a certain number is kept.',
    do: 'Choose another one from the list.',
  },
} as const satisfies Record<string, ErrorText>;
