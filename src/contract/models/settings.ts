import { z } from 'zod';

export const balancingStrategies = ['fastest-finish', 'least-loaded', 'round-robin', 'random', 'weighted'] as const;
export const balancingStrategySchema = z.enum(balancingStrategies);
export type BalancingStrategy = z.infer<typeof balancingStrategySchema>;

/** Choices that hold for the whole studio. */
export const settingsSchema = z.object({
  balancingStrategy: balancingStrategySchema.default('fastest-finish'),
  maxConcurrentStarts: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Instances that may go through their imports at once'),
  startupDelayMs: z.int().min(0).max(600_000).default(0).describe('Pause between two starts'),
  stopInstancesOnExit: z.boolean().default(true),
  telemetryIntervalMs: z.int().min(500).max(60_000).default(2000),
  probeIntervalMs: z
    .int()
    .min(1000)
    .max(60_000)
    .default(5000)
    .describe('Pause between two questions to a running instance whether it answers'),
  probeTimeoutMs: z.int().min(500).max(60_000).default(4000).describe('How long it may take to answer'),
  unhealthyAfterFailures: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('Questions in a row without an answer after which it is unhealthy; one makes it degraded'),
  giveUpAfterFailedStarts: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('Starts in a row that end before it is ready, after which it is not started again by itself'),
  giveUpAfterExits: z
    .int()
    .min(1)
    .max(50)
    .default(5)
    .describe('Ends by itself within 15 minutes, after which it is not started again by itself'),
  logFileMaxBytes: z
    .int()
    .min(64 * 1024)
    .max(1024 ** 3)
    .default(16 * 1024 ** 2),
  logFilesKept: z.int().min(1).max(20).default(3),
  maxQueuedJobs: z.int().min(1).max(100_000).default(100_000),
  startQueuePaused: z.boolean().default(false).describe('Wait for a word after a start instead of going on at once'),
  starvationLimitMs: z
    .int()
    .min(10_000)
    .max(86_400_000)
    .default(600_000)
    .describe(
      'After waiting so long a job is the next of its priority and kind that models are loaded for, but for jobs that waited longer. Instances that hold other models go on with those for at most 30 times as long as their load took. A batch gets a turn so often.',
    ),
  maxConcurrentLoads: z
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe('Instances of one machine that may load models at once; 0 = 1 on Windows, 2 elsewhere'),
  cacheRamBudgetBytes: z
    .int()
    .min(0)
    .default(0)
    .describe('Memory for the model caches of all instances of this machine together; 0 = what is usual for it'),
  gatewayPort: z
    .int()
    .min(1)
    .max(65_535)
    .default(8187)
    .describe('Port of the gateway, unless the program was started with another one'),
  gatewayComboRule: z
    .enum(['union', 'intersection'])
    .default('union')
    .describe('Values that the gateway offers where instances differ: those of any of them, or those that all have'),
  gatewayCorsOrigin: z
    .string()
    .max(300)
    .default('')
    .describe('Web pages of this origin may use the gateway; * = all, empty = none'),
  gatewayMaxUploadBytes: z
    .int()
    .min(1024 ** 2)
    .max(100 * 1024 ** 3)
    .default(100 * 1024 ** 2)
    .describe('Largest body that the gateway takes'),
  gatewayMaxJobsPerClient: z
    .int()
    .min(1)
    .max(100_000)
    .default(100_000)
    .describe('Jobs of one client that may wait at once'),
  gatewaySerialClients: z
    .array(z.string().min(1).max(200))
    .max(100)
    .default(['krita', 'comfyui-sdk'])
    .describe('Clients whose jobs run one after the other: a part of their User-Agent or client id'),
  gatewayUnrepeatableClasses: z
    .array(z.string().min(1).max(200))
    .max(1000)
    .default([])
    .describe('Node classes that act outside ComfyUI: a job with one is not run again by itself after it was lost'),
  gatewayHomeInstanceId: z
    .string()
    .max(64)
    .default('')
    .describe('Instance that answers what only one can (settings, user data, pages); empty = the first that runs'),
  jobsKeptDays: z.int().min(1).max(3650).default(30),
  jobsKeptCount: z.int().min(0).max(1_000_000).default(10_000),
});
export type Settings = z.infer<typeof settingsSchema>;
