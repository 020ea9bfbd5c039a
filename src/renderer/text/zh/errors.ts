import type { errors as english } from '../en/errors.ts';
import type { Translated } from '../translated.ts';
import { accessErrors } from './errors-access.ts';
import { configurationErrors } from './errors-configuration.ts';
import { galleryErrors } from './errors-gallery.ts';
import { instanceErrors } from './errors-instances.ts';
import { migrationErrors } from './errors-migration.ts';
import { workErrors } from './errors-work.ts';

export const errors: Translated<typeof english> = {
  ...accessErrors,
  ...configurationErrors,
  ...galleryErrors,
  ...instanceErrors,
  ...migrationErrors,
  ...workErrors,
};
