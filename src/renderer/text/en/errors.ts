import type { ErrorCode } from '#contract/errors.ts';
import type { ErrorText } from './error-text.ts';
import { accessErrors } from './errors-access.ts';
import { configurationErrors } from './errors-configuration.ts';
import { galleryErrors } from './errors-gallery.ts';
import { instanceErrors } from './errors-instances.ts';
import { migrationErrors } from './errors-migration.ts';
import { workErrors } from './errors-work.ts';

/** A text for every code of the contract; the type makes the list complete. */
export const errors = {
  ...accessErrors,
  ...galleryErrors,
  ...configurationErrors,
  ...instanceErrors,
  ...migrationErrors,
  ...workErrors,
} as const satisfies Record<ErrorCode, ErrorText>;
