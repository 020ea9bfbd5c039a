import { z } from 'zod';
import { traceGoals } from '../trace.ts';

const range = z
  .tuple([z.number().positive(), z.number().positive()])
  .refine(([low, high]) => low <= high, 'the lower end comes first');
const kind = z.enum(['interactive', 'batch']);

export const cardParametersSchema = z.strictObject({
  count: z.int().min(1).max(1000).default(1),
  speed: z.number().positive().default(1),
  loadSpeed: z.number().positive().default(1),
  memoryGigabytes: z.number().positive().default(24),
  host: z.string().default(''),
});

/** Who submits what when. Several streams make one trace. */
export const streamSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('batches').describe('All jobs of a batch at once, all of one workflow unless mixed'),
    count: z.int().positive().default(1),
    size: z.int().positive(),
    everySeconds: z.number().nonnegative().default(0),
    startSeconds: z.number().nonnegative().default(0),
    mixed: z
      .boolean()
      .default(false)
      .describe('Every job of its own workflow, by popularity, instead of one for the batch'),
    kind: kind.default('batch'),
  }),
  z.strictObject({
    type: z.literal('poisson'),
    jobs: z.int().positive(),
    load: z.number().positive().describe('Share of all cards together that the runs take, without any load of a model'),
    startSeconds: z.number().nonnegative().default(0),
    kind: kind.default('interactive'),
    clients: z.int().positive().default(1),
  }),
  z.strictObject({
    type: z.literal('painters').describe('People who send a stroke again and again, each with the model of the moment'),
    painters: z.int().positive(),
    strokes: z.int().positive().describe('Of each painter'),
    everySeconds: range,
    strokesPerModel: z.int().positive().describe('Then the painter goes on with the next model'),
  }),
]);

export const traceParametersSchema = z.strictObject({
  name: z.string().min(1),
  goal: z.enum(traceGoals),
  makespanOf: z
    .enum(['all', 'waves'])
    .default('all')
    .describe(
      'From the first arrival to the last end, or the sum of that over the batches, for those that come one by one',
    ),
  cards: z.array(cardParametersSchema).min(1),
  models: z.strictObject({
    count: z.int().positive(),
    loadSeconds: range,
    zipf: z.number().nonnegative().default(1).describe('Popularity of the n-th model is 1 / n to this power'),
    workflows: z.int().positive().default(3).describe('Graphs of each model, which differ in their amount of work'),
    runSeconds: range.describe('Of the workflows, on a card of speed 1'),
    loraSeconds: z
      .number()
      .nonnegative()
      .default(0)
      .describe('Every second workflow names a LoRA that takes so long to load'),
  }),
  streams: z.array(streamSchema).min(1),
  outages: z
    .strictObject({ everySeconds: z.number().positive(), lastSeconds: range, untilSeconds: z.number().positive() })
    .nullable()
    .default(null)
    .describe('Each card dies on average so often (exponential) and is away so long'),
  runSpread: z.number().min(0).max(0.9).default(0.05).describe('Runs vary evenly by this share up and down'),
  loadSpread: z.number().min(0).max(0.9).default(0.05),
  diskStreams: z
    .number()
    .positive()
    .nullable()
    .default(2)
    .describe('Loads that the disk of a host feeds at full speed; more share it evenly; null = any number'),
  residency: z.enum(['last-set', 'memory']).default('last-set'),
  loadGigabytesPerSecond: z.number().positive().default(0.6),
});
export type TraceParameters = z.infer<typeof traceParametersSchema>;
export type TraceParametersInput = z.input<typeof traceParametersSchema>;
export type Stream = z.infer<typeof streamSchema>;
