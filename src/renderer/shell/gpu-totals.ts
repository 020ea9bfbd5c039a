import type { GpuReading } from '#contract/models/gpu.ts';

interface GpuTotals {
  readonly usedBytes: number;
  readonly totalBytes: number;
  /** Null while no GPU tells. */
  readonly watts: number | null;
}

/** The memory and power of all GPUs together; one that does not tell its memory is left out of both sums. */
export const sumGpus = (gpus: readonly GpuReading[]): GpuTotals =>
  gpus.reduce<GpuTotals>(
    (sum, { memoryUsedBytes, memoryTotalBytes, powerWatts }) => {
      const isKnown = memoryUsedBytes !== null && memoryTotalBytes !== null;
      return {
        usedBytes: sum.usedBytes + (isKnown ? memoryUsedBytes : 0),
        totalBytes: sum.totalBytes + (isKnown ? memoryTotalBytes : 0),
        watts: powerWatts === null ? sum.watts : (sum.watts ?? 0) + powerWatts,
      };
    },
    { usedBytes: 0, totalBytes: 0, watts: null },
  );
