import { between, type RandomStream } from '#sandbox/nodes/painting/random.ts';
import type { TraceCard, TraceJob, TraceWorkflow } from '../trace.ts';
import type { Stream, TraceParameters } from './trace-parameters.ts';

/** A job before chance and its number are known. */
export type Submission = Omit<TraceJob, 'id' | 'runFactor' | 'loadFactor'>;

export interface SubmitterParts {
  readonly parameters: TraceParameters;
  readonly cards: readonly TraceCard[];
  readonly workflows: readonly (readonly TraceWorkflow[])[];
  readonly random: RandomStream;
}

type OneOf<Type extends Stream['type']> = Extract<Stream, { type: Type }>;

const pick = <Item>(items: readonly Item[], random: RandomStream): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is nothing to pick from');
  return item;
};

/** Picks models by Zipf's law: the n-th is 1 / n^exponent times as popular as the first. */
const createPopularity = (count: number, exponent: number): ((random: RandomStream) => number) => {
  const weights = Array.from({ length: count }, (_, index) => (index + 1) ** -exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (random) => {
    let left = random() * total;
    const found = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    return found === -1 ? count - 1 : found;
  };
};

/** Turns the streams of a trace into submissions. */
export const createSubmitter = ({ parameters, cards, workflows, random }: SubmitterParts) => {
  const pickModel = createPopularity(workflows.length, parameters.models.zipf);
  const popular = (): TraceWorkflow => pick(workflows[pickModel(random)] ?? [], random);

  const batches = (stream: OneOf<'batches'>, index: number): readonly Submission[] =>
    Array.from({ length: stream.count }, (_, wave) => {
      const common = popular();
      return Array.from({ length: stream.size }, () => ({
        arrivalAt: (stream.startSeconds + wave * stream.everySeconds) * 1000,
        workflow: stream.mixed ? popular() : common,
        kind: stream.kind,
        client: `batches-${index}`,
        wave: index * 1000 + wave,
      }));
    }).flat();

  const poisson = (stream: OneOf<'poisson'>, index: number): readonly Submission[] => {
    const speed = cards.reduce((sum, card) => sum + card.speed, 0);
    const picked = Array.from({ length: stream.jobs }, popular);
    const meanRunMs = picked.reduce((sum, { runMs }) => sum + runMs, 0) / picked.length;
    const meanGapMs = meanRunMs / (stream.load * speed);
    let at = stream.startSeconds * 1000;
    return picked.map((workflow) => {
      at += -Math.log(1 - random()) * meanGapMs;
      const client = `client-${index}-${Math.floor(random() * stream.clients)}`;
      return { arrivalAt: at, workflow, kind: stream.kind, client, wave: null };
    });
  };

  const painters = (stream: OneOf<'painters'>, index: number): readonly Submission[] =>
    Array.from({ length: stream.painters }, (_, painter) => {
      let at = 0;
      return Array.from({ length: stream.strokes }, (_, stroke) => {
        at += between(random, ...stream.everySeconds) * 1000;
        const model = (painter + Math.floor(stroke / stream.strokesPerModel)) % workflows.length;
        const workflow = pick(workflows[model] ?? [], random);
        return {
          arrivalAt: at,
          workflow,
          kind: 'interactive' as const,
          client: `painter-${index}-${painter}`,
          wave: null,
        };
      });
    }).flat();

  return (stream: Stream, index: number): readonly Submission[] => {
    switch (stream.type) {
      case 'batches':
        return batches(stream, index);
      case 'poisson':
        return poisson(stream, index);
      case 'painters':
        return painters(stream, index);
    }
  };
};
