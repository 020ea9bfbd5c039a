import type { Clock } from '#core/ports/clock.ts';
import type { GpuProbe, ProcessMetrics } from '#core/ports/machine.ts';
import { limited } from '../limited.ts';

/** What shows from outside whether a process works; null where it cannot be read. */
export interface Vitals {
  readonly gpuLoadPercent: number | null;
  readonly cpuTimeMs: number | null;
}

/** Reads the vitals of single processes, one reading for all that ask at about the same time. */
export interface VitalsReader {
  read(pid: number, gpuIndex: number | null): Promise<Vitals>;
}

/** nvidia-smi can hang together with a GPU. */
const readLimitMs = 3_000;
const sharedForMs = 1_000;

/** `leaderPids` names every process that may be asked for, so that one walk over the process table serves all. */
export const createVitalsReader = (options: {
  readonly processMetrics: ProcessMetrics;
  readonly gpuProbe: GpuProbe;
  readonly clock: Clock;
  readonly leaderPids: () => readonly number[];
}): VitalsReader => {
  const { processMetrics, gpuProbe, clock, leaderPids } = options;
  const readAll = async () => {
    const [processes, gpus] = await Promise.all([
      limited(processMetrics.read(leaderPids()), readLimitMs, clock),
      limited(gpuProbe.read(), readLimitMs, clock),
    ]);
    return {
      processes: processes.kind === 'done' ? processes.value : null,
      gpus: gpus.kind === 'done' ? gpus.value : [],
    };
  };
  let latest: { readonly at: number; readonly reading: ReturnType<typeof readAll> } | null = null;

  return {
    read: async (pid, gpuIndex) => {
      if (latest === null || clock.now() - latest.at >= sharedForMs) latest = { at: clock.now(), reading: readAll() };
      const { processes, gpus } = await latest.reading;
      return {
        gpuLoadPercent: gpus.find(({ index }) => index === gpuIndex)?.loadPercent ?? null,
        cpuTimeMs: processes?.get(pid)?.cpuTimeMs ?? null,
      };
    },
  };
};
