import type { en } from '../en/index.ts';
import type { Translated } from '../translated.ts';
import { connectionTest } from './connection-test.ts';
import { errors } from './errors.ts';
import { exchange } from './exchange.ts';
import { frame } from './frame.ts';
import { gallery } from './gallery.ts';
import { instanceEvents } from './instance-events.ts';
import { instanceForm } from './instance-form.ts';
import { instancePage } from './instance-page.ts';
import { instances } from './instances.ts';
import { jobs } from './jobs.ts';
import { lanes } from './lanes.ts';
import { library } from './library.ts';
import { migration } from './migration.ts';
import { migrationRemarks } from './migration-remarks.ts';
import { news } from './news.ts';
import { placement } from './placement.ts';
import { problems } from './problems.ts';
import { queue } from './queue.ts';
import { runForm } from './run-form.ts';
import { settings } from './settings.ts';
import { viewer } from './viewer.ts';

/** Every Chinese sentence of the screens; loaded when Chinese is chosen. */
export const zh: Translated<typeof en> = {
  connectionTest,
  errors,
  exchange,
  frame,
  gallery,
  instanceEvents,
  instanceForm,
  instancePage,
  instances,
  jobs,
  lanes,
  library,
  migration,
  migrationRemarks,
  news,
  placement,
  problems,
  queue,
  runForm,
  settings,
  viewer,
};
