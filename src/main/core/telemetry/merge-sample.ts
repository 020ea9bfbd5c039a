import type { GpuReading, InstanceReading, Telemetry } from '#contract/models/gpu.ts';
import type { MachineReading, ProcessReading } from '#core/ports/machine.ts';
import { saneInteger, saneNumber, sanePercent, saneTemperature } from './sanitize.ts';

/** What the probes of the fleet know of one instance; numbers come from third parties and may be anything. */
export interface InstanceFacts {
  readonly id: string;
  /** Leader of its process group; null for a remote or stopped instance. */
  readonly pid: number | null;
  readonly queueRemaining: number | null;
  readonly responseTimeMs: number | null;
  readonly vramUsedBytes: number | null;
  readonly vramTotalBytes: number | null;
}

export interface SampleParts {
  readonly at: number;
  readonly gpus: readonly GpuReading[];
  readonly facts: readonly InstanceFacts[];
  readonly processes: ReadonlyMap<number, ProcessReading>;
  readonly machine: MachineReading | null;
}

const instanceReading = (facts: InstanceFacts, process: ProcessReading | undefined): InstanceReading => ({
  cpuPercent: saneNumber(process?.cpuPercent),
  memoryBytes: saneNumber(process?.memoryBytes),
  vramUsedBytes: saneNumber(facts.vramUsedBytes),
  vramTotalBytes: saneNumber(facts.vramTotalBytes),
  queueRemaining: saneInteger(facts.queueRemaining),
  responseTimeMs: saneNumber(facts.responseTimeMs),
});

const gpuReading = (reading: GpuReading): GpuReading => ({
  index: reading.index + 0,
  memoryUsedBytes: saneNumber(reading.memoryUsedBytes),
  memoryTotalBytes: saneNumber(reading.memoryTotalBytes),
  loadPercent: sanePercent(reading.loadPercent),
  temperatureCelsius: saneTemperature(reading.temperatureCelsius),
  powerWatts: saneNumber(reading.powerWatts),
});

/** One whole sample from what every source answered. */
export const mergeSample = ({ at, gpus, facts, processes, machine }: SampleParts): Telemetry => ({
  at,
  gpus: gpus.filter(({ index }) => saneInteger(index) === index).map(gpuReading),
  instances: Object.fromEntries(
    facts.map((entry) => [entry.id, instanceReading(entry, entry.pid === null ? undefined : processes.get(entry.pid))]),
  ),
  machine: {
    cpuPercent: sanePercent(machine?.cpuPercent),
    memoryUsedBytes: saneNumber(machine?.memoryUsedBytes) ?? 0,
    memoryTotalBytes: saneNumber(machine?.memoryTotalBytes) ?? 0,
  },
});
