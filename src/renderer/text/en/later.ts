import { connectionTest } from './connection-test.ts';
import { exchange } from './exchange.ts';
import { gallery } from './gallery.ts';
import { instanceEvents } from './instance-events.ts';
import { instanceForm } from './instance-form.ts';
import { instancePage } from './instance-page.ts';
import { lanes } from './lanes.ts';
import { library } from './library.ts';
import { migration } from './migration.ts';
import { migrationRemarks } from './migration-remarks.ts';
import { placement } from './placement.ts';
import { problems } from './problems.ts';
import { queue } from './queue.ts';
import { runForm } from './run-form.ts';
import { settings } from './settings.ts';
import { viewer } from './viewer.ts';

/** The other English sentences: they come right after the first page, and each page waits for them. */
export const later = {
  connectionTest,
  exchange,
  gallery,
  instanceEvents,
  instanceForm,
  instancePage,
  lanes,
  library,
  migration,
  migrationRemarks,
  placement,
  problems,
  queue,
  runForm,
  settings,
  viewer,
} as const;
