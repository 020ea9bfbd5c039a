import { type TraceParameters, type TraceParametersInput, traceParametersSchema } from './trace-parameters.ts';

const oneModel = { count: 1, loadSeconds: [12, 12], runSeconds: [8, 8], workflows: 1 } as const;
const sixModels = { count: 6, loadSeconds: [8, 30], runSeconds: [3, 20] } as const;

const poisson = (load: number, jobs = 600): TraceParametersInput => ({
  name: `3-${jobs === 600 ? 'poisson' : 'long'}-${Math.round(load * 100)}`,
  goal: 'mean-wait',
  cards: [{ count: 4 }],
  models: { ...sixModels, loadSeconds: [...sixModels.loadSeconds], runSeconds: [...sixModels.runSeconds] },
  streams: [{ type: 'poisson', jobs, load }],
});

const all: readonly TraceParametersInput[] = [
  {
    name: '1-equal-cards',
    goal: 'makespan',
    cards: [{ count: 4 }],
    models: { ...oneModel, loadSeconds: [...oneModel.loadSeconds], runSeconds: [...oneModel.runSeconds] },
    streams: [{ type: 'batches', size: 100 }],
  },
  {
    name: '2-slow-card',
    goal: 'makespan',
    makespanOf: 'waves',
    cards: [{ count: 2 }, { speed: 0.33, loadSpeed: 0.33 }],
    models: { ...oneModel, loadSeconds: [...oneModel.loadSeconds], runSeconds: [...oneModel.runSeconds] },
    // Far enough apart for every policy to be done with one before the next comes.
    streams: [{ type: 'batches', count: 4, size: 24, everySeconds: 400 }],
  },
  poisson(0.5),
  poisson(0.8),
  poisson(0.95),
  // So long that the backlog is older than the limit of ageing for hours.
  poisson(0.95, 3000),
  {
    name: '4-night-batch',
    goal: 'interactive-wait',
    cards: [{ count: 3 }, { speed: 0.5 }],
    models: { count: 4, loadSeconds: [8, 30], runSeconds: [4, 16] },
    streams: [
      { type: 'batches', count: 4, size: 150, everySeconds: 60 },
      { type: 'poisson', jobs: 120, load: 0.25, startSeconds: 100, clients: 4 },
    ],
  },
  {
    name: '5-two-painters',
    goal: 'mean-wait',
    cards: [{ count: 2 }],
    models: { count: 2, loadSeconds: [10, 10], runSeconds: [2, 4], workflows: 1, zipf: 0 },
    streams: [{ type: 'painters', painters: 2, strokes: 150, everySeconds: [4, 8], strokesPerModel: 15 }],
  },
  {
    name: '5-one-card',
    goal: 'mean-wait',
    cards: [{ count: 1 }],
    models: { count: 2, loadSeconds: [6, 6], runSeconds: [2, 3], workflows: 1, zipf: 0 },
    streams: [{ type: 'painters', painters: 2, strokes: 120, everySeconds: [6, 14], strokesPerModel: 1000 }],
  },
  {
    name: '6-deaths',
    goal: 'makespan',
    cards: [{ count: 3 }, { speed: 0.5 }],
    models: { count: 3, loadSeconds: [8, 20], runSeconds: [4, 16] },
    streams: [{ type: 'batches', count: 3, size: 100, everySeconds: 120, mixed: true }],
    outages: { everySeconds: 300, lastSeconds: [20, 120], untilSeconds: 1800 },
  },
  {
    name: '7-large',
    goal: 'makespan',
    cards: [
      { count: 12, host: 'a' },
      { count: 12, speed: 0.7, host: 'b' },
      { count: 8, speed: 0.4, host: 'c' },
    ],
    models: { count: 8, loadSeconds: [8, 30], runSeconds: [3, 20] },
    streams: [{ type: 'batches', size: 10_000, mixed: true }],
  },
];

/** The traces of the benchmark, by name, with every default filled in. */
export const builtInTraces = (): readonly TraceParameters[] => all.map((input) => traceParametersSchema.parse(input));
