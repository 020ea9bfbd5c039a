import type { OnFinished } from '../../test/studio-fixture.ts';
import { quantile } from '../queue/row.ts';
import { atMost, type Figure } from './figure.ts';
import { openHostedFleet } from './hosted-instances.ts';
import { runLoad } from './load/child.ts';
import type { PreviewLoad, PreviewResult } from './load/previews.ts';
import { watchMemory, watchProcess } from './process-figures.ts';

export interface PreviewFanOptions {
  readonly instances: number;
  readonly ratePerSecond: number;
  readonly seconds: number;
}

const medianAimMs = 10;
/** Growth of the resident memory from the first third to the last one that still counts as flat: what collecting garbage moves. */
const flatShare = 0.1;

/** Buffers and compiled code come to be in it; not counted. */
const warmUpSeconds = 5;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Last third against the first one after the start, in which buffers and compiled code come to be. */
const growthOf = (samples: readonly number[]): number => {
  const third = Math.max(1, Math.floor(samples.length / 3));
  return mean(samples.slice(-third)) / mean(samples.slice(third, 2 * third)) - 1;
};

const processorFigure = (share: number): Figure => ({
  part: 'c',
  what: 'processor of the gateway',
  value: share * 100,
  unit: '% core',
  beside: {},
  aim: null,
});

/** Every instance sends previews to a client of its own, all at once. */
export const measurePreviewFan = async (
  onFinished: OnFinished,
  { instances, ratePerSecond, seconds }: PreviewFanOptions,
): Promise<readonly Figure[]> => {
  const studio = await openHostedFleet(onFinished, { count: instances, classes: 0, probeClass: 'BenchPreviews' });
  const { pid, gateway: address } = studio.ready;
  const load = (length: number): PreviewLoad => ({
    address,
    clients: instances,
    classType: 'BenchPreviews',
    inputs: { rate: ratePerSecond, seconds: length },
    limitMs: length * 1000 + 60_000,
  });
  await runLoad('previews', load(warmUpSeconds));
  const memory = watchMemory(pid);
  const { value, processorSeconds } = await watchProcess(pid, () => runLoad<PreviewResult>('previews', load(seconds)));
  const samples = memory.stop();
  const growth = growthOf(samples);
  const expected = instances * Math.round(ratePerSecond * seconds);
  const came = value.delaysMs.length;
  const median = quantile(value.delaysMs, 0.5);
  const megabytes = mean(samples.slice(-3)) / 1024 ** 2;
  return [
    {
      part: 'c',
      what: `ends told, once each, of ${instances} jobs`,
      value: value.ended,
      unit: 'ends',
      beside: {},
      aim: { text: `all ${instances}`, isMet: value.ended === instances },
    },
    {
      part: 'c',
      what: `previews, ${instances} × ${ratePerSecond} a second, that came`,
      value: (came / expected) * 100,
      unit: '%',
      beside: {},
      aim: null,
    },
    {
      part: 'c',
      what: 'previews of another client',
      value: value.foreign,
      unit: '',
      beside: {},
      aim: { text: 'none', isMet: value.foreign === 0 },
    },
    {
      part: 'c',
      what: 'delay of a preview, median',
      value: median,
      unit: 'ms',
      beside: {},
      aim: atMost(median, medianAimMs, 'ms'),
    },
    {
      part: 'c',
      what: 'delay of a preview, p99',
      value: quantile(value.delaysMs, 0.99),
      unit: 'ms',
      beside: {},
      aim: null,
    },
    processorFigure(processorSeconds / seconds),
    {
      part: 'c',
      what: 'memory of the gateway, growth while it goes on',
      value: growth * 100,
      unit: '%',
      beside: {},
      aim: {
        text: `flat (${(flatShare * 100).toFixed(0)} %), at ${megabytes.toFixed(0)} MB`,
        isMet: growth <= flatShare,
      },
    },
  ];
};
