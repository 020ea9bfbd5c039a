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

/** Every English sentence of the screens. */
export const en = {
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
} as const;
  viewer,
