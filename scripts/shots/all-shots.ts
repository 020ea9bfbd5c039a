import { formShots } from './form-shots.ts';
import { galleryShots } from './gallery-shots.ts';
import { instanceShots } from './instance-shots.ts';
import { libraryShots } from './library-shots.ts';
import { migrationShots } from './migration-shots.ts';
import { panelShots } from './panel-shots.ts';
import { queueShots } from './queue-shots.ts';
import { runShots } from './run-shots.ts';
import { settingsShots } from './settings-shots.ts';
import type { Shot } from './shot.ts';
import { viewerShots } from './viewer-shots.ts';

/** Every screen of the studio, each in the states that look different. */
export const allShots: readonly Shot[] = [
  ...panelShots,
  ...runShots,
  ...formShots,
  ...libraryShots,
  ...queueShots,
  ...galleryShots,
  ...viewerShots,
  ...instanceShots,
  ...settingsShots,
  ...migrationShots,
];
