import type { en } from '../en/index.ts';
import type { Translated } from '../translated.ts';
import { errors } from './errors.ts';
import { frame } from './frame.ts';
import { instanceForm } from './instance-form.ts';
import { instances } from './instances.ts';
import { jobs } from './jobs.ts';
import { lanes } from './lanes.ts';
import { library } from './library.ts';
import { migration } from './migration.ts';
import { migrationRemarks } from './migration-remarks.ts';
import { placement } from './placement.ts';
import { problems } from './problems.ts';
import { queue } from './queue.ts';
import { runForm } from './run-form.ts';
import { settings } from './settings.ts';

/** Every Chinese sentence of the screens; loaded when Chinese is chosen. */
export const zh: Translated<typeof en> = {
import { viewer } from './viewer.ts';
  errors,
  frame,
  instanceForm,
  instances,
  jobs,
  migration,
  lanes,
  library,
  migrationRemarks,
  placement,
  problems,
  queue,
  runForm,
  settings,
};
  viewer,
