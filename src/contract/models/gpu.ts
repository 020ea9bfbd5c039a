import { z } from 'zod';

/** A GPU of this machine. Readings are null where the driver does not tell them. */
export const gpuSchema = z.object({
  index: z.int().nonnegative().describe('Position in PCI bus order, the N of cuda:N'),
  uuid: z.string().nullable(),
  name: z.string(),
  vendor: z.enum(['nvidia', 'amd', 'intel', 'apple', 'other']),
  busId: z.string().nullable(),
  memoryTotalBytes: z.number().nullable(),
  driverVersion: z.string().nullable(),
});
export type Gpu = z.infer<typeof gpuSchema>;

export const gpuReadingSchema = z.object({
  index: z.int().nonnegative(),
  memoryUsedBytes: z.number().nullable(),
  memoryTotalBytes: z.number().nullable(),
  loadPercent: z.number().nullable(),
  temperatureCelsius: z.number().nullable(),
  powerWatts: z.number().nullable(),
});
export type GpuReading = z.infer<typeof gpuReadingSchema>;

/** Numbers of one instance; null where they cannot be read (a remote one has no process here). */
export const instanceReadingSchema = z.object({
  cpuPercent: z.number().nullable().describe('100 = one core'),
  memoryBytes: z.number().nullable().describe('Resident memory of the process group'),
  vramUsedBytes: z.number().nullable(),
  vramTotalBytes: z.number().nullable(),
  queueRemaining: z.int().nullable(),
  responseTimeMs: z.number().nullable(),
});
export type InstanceReading = z.infer<typeof instanceReadingSchema>;

export const telemetrySchema = z.object({
  at: z.number().describe('Epoch milliseconds of the sample'),
  gpus: z.array(gpuReadingSchema),
  instances: z.record(z.string(), instanceReadingSchema),
  machine: z.object({ cpuPercent: z.number().nullable(), memoryUsedBytes: z.number(), memoryTotalBytes: z.number() }),
});
export type Telemetry = z.infer<typeof telemetrySchema>;
