import { allShots } from './all-shots.ts';

/** One of each page and of each kind of dialog, for what is looked at after every change. */
const mainNames = [
  'instances',
  'instances-long',
  'instances-list',
  'instances-empty',
  'instances-notice',
  'switcher',
  'commands',
  'card-menu',
  'create',
  'edit-test',
  'edit-advanced',
  'form-flags',
  'form-elsewhere',
  'run',
  'run-opened',
  'run-many',
  'run-refused',
  'run-fields',
  'run-missing',
  'library',
  'library-menu',
  'library-share',
  'queue',
  'queue-batch',
  'queue-crowded',
  'queue-selected',
  'lanes',
  'lanes-card',
  'job-why',
  'job-failed',
  'gallery',
  'gallery-marked',
  'gallery-item',
  'gallery-compare',
  'viewer',
  'viewer-choose',
  'instance-overview',
  'instance-logs',
  'instance-events',
  'instance-files',
  'settings-gateway',
  'settings-shortcuts',
  'settings-import',
  'settings-restore',
  'migration-welcome',
  'migration-plan',
  'migration-failed',
] as const;

/** The names of `allShots` among which those are. */
export const isMainShot = (name: string): boolean => (mainNames as readonly string[]).includes(name);

/** Names that no screen has any more. */
export const unknownMainNames = (): readonly string[] =>
  mainNames.filter((name) => allShots.every((shot) => shot.name !== name));
