import { cpus, loadavg } from 'node:os';

const read = (): { readonly busyMs: number; readonly totalMs: number } => {
  let [busyMs, totalMs] = [0, 0];
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    busyMs += all - times.idle;
    totalMs += all;
  }
  return { busyMs, totalMs };
};

export interface ProcessorUse {
  /** How busy all processors of the machine were, whoever used them; 1 is all of them all of the time. */
  readonly share: number;
  readonly processors: number;
  /** Of the last minute. */
  readonly loadAverage: number;
}

/** Watches the machine until the answered function is called: times in a crowd say little about the program. */
export const watchProcessors = (): (() => ProcessorUse) => {
  const before = read();
  return () => {
    const after = read();
    const share = (after.busyMs - before.busyMs) / Math.max(1, after.totalMs - before.totalMs);
    return { share, processors: cpus().length, loadAverage: loadavg()[0] ?? Number.NaN };
  };
};
