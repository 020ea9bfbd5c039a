import type { Gpu } from '#contract/models/gpu.ts';
import type { GpuProbe, PortOwner, PortProbe, ProcessMetrics } from '#core/ports/machine.ts';

/** The machine around the processes: who holds which port, which GPUs there are, and how busy all of it is. */
export interface FakeMachine {
  readonly portProbe: PortProbe;
  readonly gpuProbe: GpuProbe;
  readonly processMetrics: ProcessMetrics;
  readonly gpus: Gpu[];
  readonly ports: Map<number, PortOwner>;
  /** GPU index → load. */
  readonly gpuLoads: Map<number, number>;
  /** pid → CPU time used so far; a missing pid cannot be read. */
  readonly cpuTimes: Map<number, number>;
}

export const createFakeMachine = (): FakeMachine => {
  const gpus: Gpu[] = [];
  const ports = new Map<number, PortOwner>();
  const gpuLoads = new Map<number, number>();
  const cpuTimes = new Map<number, number>();
  return {
    gpus,
    ports,
    gpuLoads,
    cpuTimes,
    portProbe: {
      check: (_host, port) => {
        const owner = ports.get(port) ?? null;
        return Promise.resolve({ free: owner === null, owner });
      },
    },
    gpuProbe: {
      list: () => Promise.resolve(gpus),
      read: () =>
        Promise.resolve(
          [...gpuLoads].map(([index, loadPercent]) => ({
            index,
            loadPercent,
            memoryUsedBytes: null,
            memoryTotalBytes: null,
            temperatureCelsius: null,
            powerWatts: null,
          })),
        ),
    },
    processMetrics: {
      read: (pids) =>
        Promise.resolve(
          new Map(
            pids.flatMap((pid) => {
              const cpuTimeMs = cpuTimes.get(pid);
              return cpuTimeMs === undefined
                ? []
                : [[pid, { cpuPercent: null, memoryBytes: null, cpuTimeMs }] as const];
            }),
          ),
        ),
      machine: () => Promise.resolve({ cpuPercent: null, memoryUsedBytes: 0, memoryTotalBytes: 1 }),
    },
  };
};
