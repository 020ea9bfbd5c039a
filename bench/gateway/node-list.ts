import { ask } from '../../test/gateway/plain-client.ts';
import type { OnFinished } from '../../test/studio-fixture.ts';
import { quantile } from '../queue/row.ts';
import { atMost, type Figure } from './figure.ts';
import { openHostedFleet } from './hosted-instances.ts';
import { runLoad } from './load/child.ts';
import type { RequestLoad, RequestResult } from './load/requests.ts';

export interface NodeListOptions {
  readonly classes: number;
  readonly durationMs: number;
}

const aimMs = 5;

/** The whole /object_info of a large install, from what the gateway has read before. */
export const measureNodeList = async (
  onFinished: OnFinished,
  { classes, durationMs }: NodeListOptions,
): Promise<readonly Figure[]> => {
  const studio = await openHostedFleet(onFinished, { count: 2, classes, probeClass: 'BenchPreviews' });
  const address = studio.ready.gateway;
  const whole = await ask(address, '/object_info');
  const count = Object.keys(whole.json as object).length;
  if (count < classes) throw new Error(`the gateway has ${count} of ${classes} classes`);
  const timesOf = async (headers: Readonly<Record<string, string>>): Promise<readonly number[]> => {
    const load: RequestLoad = {
      origin: address,
      path: '/object_info',
      headers,
      connections: 1,
      durationMs,
      warmUpMs: durationMs / 4,
    };
    return (await runLoad<RequestResult>('requests', load)).timesMs;
  };
  const size = (Buffer.byteLength(whole.text) / 1024 ** 2).toFixed(2);
  const full = await timesOf({});
  const etag = whole.headers.get('etag');
  const figure = (what: string, times: readonly number[], share: number, isPromised: boolean): Figure => {
    const value = quantile(times, share);
    return { part: 'd', what, value, unit: 'ms', beside: {}, aim: isPromised ? atMost(value, aimMs, 'ms') : null };
  };
  return [
    figure(`/object_info of ${count} classes (${size} MB), median`, full, 0.5, true),
    figure(`/object_info of ${count} classes (${size} MB), p99`, full, 0.99, false),
    ...(etag === null
      ? []
      : [figure('the same, unchanged (304), median', await timesOf({ 'if-none-match': etag }), 0.5, false)]),
  ];
};
