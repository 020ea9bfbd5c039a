import { openFleet } from '../../test/gateway/fleet.ts';
import { getInstance } from '../../test/studio-client.ts';
import type { OnFinished } from '../../test/studio-fixture.ts';
import { quantile } from '../queue/row.ts';
import { atMost, type Figure } from './figure.ts';
import { runLoad } from './load/child.ts';
import type { JobLoad, JobResult } from './load/jobs.ts';

export interface SubmitDelayOptions {
  readonly rounds: number;
  /** Of each client, in each round. */
  readonly jobsAlone: number;
  readonly jobsInCrowd: number;
}

const medianAimMs = 3;
const slowestAimMs = 10;

/** Pauses that leave the instance idle most of the time: the delay is asked for, not what one instance can do at most. */
const crowds = [
  { clients: 1, pauseMs: 10 },
  { clients: 32, pauseMs: 800 },
] as const;

interface Measured {
  readonly direct: number[];
  readonly gateway: number[];
}

const figuresOf = (clients: number, times: Measured, accepted: Measured): readonly Figure[] => {
  const name = `${clients} client${clients === 1 ? '' : 's'}`;
  const added = (share: number, limitMs: number, label: string): Figure => {
    const [gateway, direct] = [quantile(times.gateway, share), quantile(times.direct, share)];
    return {
      part: 'a',
      what: `submit to history, ${name}, ${label}`,
      value: gateway,
      unit: 'ms',
      beside: { direct },
      aim: {
        text: `adds ${(gateway - direct).toFixed(2)} of ${limitMs} ms`,
        isMet: atMost(gateway - direct, limitMs, 'ms')?.isMet === true,
      },
    };
  };
  return [
    added(0.5, medianAimMs, 'median'),
    added(0.99, slowestAimMs, 'p99'),
    {
      part: 'a',
      what: `POST /prompt alone, ${name}, median`,
      value: quantile(accepted.gateway, 0.5),
      unit: 'ms',
      beside: { direct: quantile(accepted.direct, 0.5) },
      aim: null,
    },
  ];
};

/** A tiny graph from submission to the history, asked of one instance directly and through the gateway, turn by turn. */
export const measureSubmitDelay = async (
  onFinished: OnFinished,
  { rounds, jobsAlone, jobsInCrowd }: SubmitDelayOptions,
): Promise<readonly Figure[]> => {
  const fleet = await openFleet(onFinished, { count: 1, clock: 1000, switches: [], probeClass: 'EmptyImage' });
  const { endpoint } = await getInstance(fleet.studio, fleet.instanceIds[0] ?? '');
  const figures: Figure[] = [];
  for (const { clients, pauseMs } of crowds) {
    const jobs = clients === 1 ? jobsAlone : jobsInCrowd;
    const times: Measured = { direct: [], gateway: [] };
    const accepted: Measured = { direct: [], gateway: [] };
    const ask = (address: string, seed: number): Promise<JobResult> =>
      runLoad('jobs', { address, clients, jobs, pauseMs, seed } satisfies JobLoad);
    // Warms caches and compilers of both; not counted.
    await ask(endpoint, 1000 + clients);
    await ask(fleet.address, 2000 + clients);
    for (let round = 0; round < rounds; round += 1) {
      for (const way of ['direct', 'gateway'] as const) {
        const seed = clients * 100 + round * 2 + (way === 'direct' ? 0 : 1);
        const result = await ask(way === 'direct' ? endpoint : fleet.address, seed);
        times[way].push(...result.visibleMs);
        accepted[way].push(...result.acceptedMs);
      }
    }
    figures.push(...figuresOf(clients, times, accepted));
  }
  return figures;
};
