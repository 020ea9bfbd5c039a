import { z } from 'zod';

export const balancingStrategies = ['least-loaded', 'round-robin', 'random'] as const;
export const balancingStrategySchema = z.enum(balancingStrategies);
export type BalancingStrategy = z.infer<typeof balancingStrategySchema>;

/** Choices that hold for the whole studio. */
export const settingsSchema = z.object({
  balancingStrategy: balancingStrategySchema.default('least-loaded'),
  maxConcurrentStarts: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Instances that may go through their imports at once'),
  startupDelayMs: z.int().min(0).max(600_000).default(0).describe('Pause between two starts'),
  stopInstancesOnExit: z.boolean().default(true),
  telemetryIntervalMs: z.int().min(500).max(60_000).default(2000),
  logFileMaxBytes: z
    .int()
    .min(64 * 1024)
    .max(1024 ** 3)
    .default(16 * 1024 ** 2),
  logFilesKept: z.int().min(1).max(20).default(3),
  maxQueuedJobs: z.int().min(1).max(100_000).default(1000),
});
export type Settings = z.infer<typeof settingsSchema>;
