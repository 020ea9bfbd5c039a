import type { JobStore } from '#core/ports/job-store.ts';
import { createJobDatabase } from '#main/platform/jobs-database/job-database.ts';
import { createSystemClock } from '#main/platform/system/system-clock.ts';

const print = (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
};

export const openStore = (path: string): JobStore =>
  createJobDatabase({
    path,
    clock: createSystemClock(),
    logger: { debug: () => {}, info: () => {}, warn: print, error: print },
  });
