import { between, createRandomStream, hashText, type RandomStream } from '#sandbox/nodes/painting/random.ts';
import type { Outage, Trace, TraceCard, TraceJob, TraceWorkflow } from '../trace.ts';
import { createSubmitter } from './submit-streams.ts';
import type { TraceParameters } from './trace-parameters.ts';

const gigabyte = 1e9;

const buildCards = ({ cards }: TraceParameters): readonly TraceCard[] =>
  cards.flatMap(({ count, speed, loadSpeed, memoryGigabytes, host }, group) =>
    Array.from({ length: count }, (_, index) => ({
      id: `card-${group}-${index}`,
      hostId: host,
      speed,
      loadSpeed,
      memoryBytes: memoryGigabytes * gigabyte,
      // Cards of one speed are of one make.
      deviceKey: `make-${speed}`,
    })),
  );

/** `count` numbers spread evenly over a range, in an order of chance, so that small traces still cover the whole range. */
const spreadEvenly = (
  count: number,
  [low, high]: readonly [number, number],
  random: RandomStream,
): readonly number[] => {
  const steps = Array.from({ length: count }, (_, index) =>
    count === 1 ? (low + high) / 2 : low + ((high - low) * index) / (count - 1),
  );
  return steps
    .map((value) => ({ value, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
};

/** Every model's workflows; models come by popularity. */
const buildWorkflows = (
  { models, loadGigabytesPerSecond }: TraceParameters,
  random: RandomStream,
): readonly (readonly TraceWorkflow[])[] => {
  const bytesOf = (seconds: number): number => seconds * loadGigabytesPerSecond * gigabyte;
  const loads = spreadEvenly(models.count, models.loadSeconds, random);
  const runs = spreadEvenly(models.count * models.workflows, models.runSeconds, random);
  return loads.map((loadSeconds, model) => {
    const main = { name: `checkpoints/model-${model}.safetensors`, bytes: bytesOf(loadSeconds) };
    // What one megapixel step takes differs between models, and not between the workflows of one.
    const msPerWork = between(random, 150, 600);
    return Array.from({ length: models.workflows }, (_, index) => {
      const runMs = (runs[model * models.workflows + index] ?? 0) * 1000;
      const lora = { name: `loras/style-${model}-${index}.safetensors`, bytes: bytesOf(models.loraSeconds) };
      return {
        id: `workflow-${model}-${index}`,
        model: main.name,
        files: models.loraSeconds > 0 && index % 2 === 1 ? [main, lora] : [main],
        work: runMs / msPerWork,
        runMs,
      };
    });
  });
};

const exponential = (random: RandomStream, mean: number): number => -Math.log(1 - random()) * mean;

const buildOutages = (
  { outages }: TraceParameters,
  cards: readonly TraceCard[],
  random: RandomStream,
): readonly Outage[] => {
  if (outages === null) return [];
  const all: Outage[] = [];
  for (const { id } of cards) {
    let at = exponential(random, outages.everySeconds);
    while (at < outages.untilSeconds) {
      const last = between(random, ...outages.lastSeconds);
      all.push({ cardId: id, downAt: at * 1000, upAt: (at + last) * 1000 });
      at += last + exponential(random, outages.everySeconds);
    }
  }
  return all.sort((a, b) => a.downAt - b.downAt);
};

const varied = (random: RandomStream, spread: number): number => between(random, 1 - spread, 1 + spread);

/**
 * Makes a trace from parameters and a seed: the same parameters and seed give the same trace on every machine. Workflows, arrivals,
 * chance and outages draw from streams of their own, so that a change of one leaves the others as they are.
 */
export const generateTrace = (parameters: TraceParameters, seed: number): Trace => {
  const stream = (name: string): RandomStream => createRandomStream(hashText(`${name} ${seed}`));
  const cards = buildCards(parameters);
  const workflows = buildWorkflows(parameters, stream('workflows'));
  const submit = createSubmitter({ parameters, cards, workflows, random: stream('arrivals') });
  const chance = stream('chance');
  const jobs: readonly TraceJob[] = parameters.streams
    .flatMap((stream, index) => submit(stream, index))
    .sort((a, b) => a.arrivalAt - b.arrivalAt)
    .map((submission, index) => ({
      ...submission,
      id: `job-${index}`,
      runFactor: varied(chance, parameters.runSpread),
      loadFactor: varied(chance, parameters.loadSpread),
    }));
  return {
    name: parameters.name,
    goal: parameters.goal,
    makespanOf: parameters.makespanOf,
    cards,
    jobs,
    outages: buildOutages(parameters, cards, stream('outages')),
    loadBytesPerMs: (parameters.loadGigabytesPerSecond * gigabyte) / 1000,
    diskStreams: parameters.diskStreams ?? Number.POSITIVE_INFINITY,
    residency: parameters.residency,
  };
};
