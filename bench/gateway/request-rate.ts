import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openFleet } from '../../test/gateway/fleet.ts';
import { ask } from '../../test/gateway/plain-client.ts';
import { getInstance, waitFor } from '../../test/studio-client.ts';
import type { OnFinished } from '../../test/studio-fixture.ts';
import type { Figure } from './figure.ts';
import { runLoad } from './load/child.ts';
import type { RequestLoad, RequestResult } from './load/requests.ts';
import { startOtherProxies } from './other-proxies.ts';
import { canHoldToCore, holdToCore } from './own-core.ts';
import { watchProcess } from './process-figures.ts';

export interface RequestRateOptions {
  readonly durationMs: number;
  readonly connections: number;
}

const pictureBytes = 4 * 1024 ** 2;
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const leastRequestShare = 0.5;
const leastByteShare = 0.8;

interface Rate {
  /** In a second of the clock, with a core for itself; the upstream and the load limit it as well, and so do neighbours on the machine. */
  readonly requestsASecond: number;
  readonly bytesASecond: number;
  /** In a second of its own processor time, whatever else limited it: what it costs. */
  readonly requestsACoreSecond: number;
  readonly bytesACoreSecond: number;
}

/** The processes that stand between the load and the instance. */
interface Way {
  readonly name: string;
  readonly origin: string;
  readonly pid: number;
}

const measureWay = async ({ name, origin, pid }: Way, path: string, options: RequestRateOptions): Promise<Rate> => {
  const core = canHoldToCore() ? 'rest' : undefined;
  const load: RequestLoad = { origin, path, ...options, warmUpMs: 0 };
  // The processor time is that of the whole run, so the warming up is a run of its own.
  await runLoad('requests', { ...load, durationMs: options.durationMs / 4 }, core);
  const { value, processorSeconds } = await watchProcess(pid, () => runLoad<RequestResult>('requests', load, core));
  const { requests, bytes, seconds, failures } = value;
  if (failures > 0) throw new Error(`${failures} of ${requests} requests to ${path} of ${name} failed`);
  return {
    requestsASecond: requests / seconds,
    bytesASecond: bytes / seconds,
    requestsACoreSecond: requests / processorSeconds,
    bytesACoreSecond: bytes / processorSeconds,
  };
};

const megabytes = (bytes: number): number => bytes / 1024 ** 2;

const besideOf = (rates: ReadonlyMap<string, Rate>, read: (rate: Rate) => number): Record<string, number> =>
  Object.fromEntries([...rates].filter(([name]) => name !== 'gateway').map(([name, rate]) => [name, read(rate)]));

const judged = (
  what: string,
  unit: string,
  [rates, read, leastShare]: readonly [ReadonlyMap<string, Rate>, (rate: Rate) => number, number | null],
): Figure => {
  const gateway = rates.get('gateway');
  const nginx = rates.get('nginx');
  const value = gateway === undefined ? Number.NaN : read(gateway);
  const share = nginx === undefined ? Number.NaN : value / read(nginx);
  const aim =
    leastShare === null || nginx === undefined
      ? null
      : { text: `${share.toFixed(2)} of nginx, at least ${leastShare}`, isMet: share >= leastShare };
  return { part: 'b', what, value, unit, beside: besideOf(rates, read), aim };
};

/** A large picture and a tiny answer of one instance, through the gateway and through other proxies. */
export const measureRequestRate = async (
  onFinished: OnFinished,
  options: RequestRateOptions,
): Promise<{ readonly figures: readonly Figure[]; readonly notes: readonly string[] }> => {
  const fleet = await openFleet(onFinished, { count: 1, clock: 1000, switches: [], probeClass: 'EmptyImage' });
  const { configuration, endpoint, pid } = await getInstance(fleet.studio, fleet.instanceIds[0] ?? '');
  const output = join(fleet.dataFolder, 'instances', configuration.id, 'output');
  await writeFile(join(output, 'large.png'), Buffer.concat([pngStart, randomBytes(pictureBytes - pngStart.length)]));
  const picture = '/view?filename=large.png&type=output';
  await waitFor(
    'the picture',
    () => ask(fleet.address, picture, { method: 'HEAD' }),
    ({ status }) => status === 200,
  );
  const { proxies, missing } = await startOtherProxies(Number(new URL(endpoint).port), {
    folder: fleet.dataFolder,
    onFinished,
  });
  const ways: readonly Way[] = [
    { name: 'direct', origin: endpoint, pid: pid ?? 0 },
    { name: 'gateway', origin: fleet.address, pid: fleet.studio.ready.pid },
    ...proxies,
  ];
  const held = canHoldToCore();
  // Every way has the one core to itself in its turn; the instance and the load share the other.
  if (held) for (const { name, pid: process } of ways) holdToCore(process, name === 'direct' ? 'rest' : 'measured');
  const measure = async (path: string): Promise<ReadonlyMap<string, Rate>> => {
    const rates = new Map<string, Rate>();
    for (const way of ways) rates.set(way.name, await measureWay(way, path, options));
    return rates;
  };
  const small = await measure('/prompt');
  const large = await measure(picture);
  const notes = held
    ? missing
    : [...missing, 'taskset (Debian: util-linux) or a second core is missing: nothing was held to a core'];
  const figures = [
    judged('GET /prompt, on one core', '1/s', [small, (rate) => rate.requestsASecond, leastRequestShare]),
    judged('GET /prompt, in a second of processor time', '1/s', [small, (rate) => rate.requestsACoreSecond, null]),
    judged('/view of 4 MB, on one core', '1/s', [large, (rate) => rate.requestsASecond, leastRequestShare]),
    judged('/view of 4 MB, on one core', 'MB/s', [large, (rate) => megabytes(rate.bytesASecond), leastByteShare]),
    judged('/view of 4 MB, in a second of processor time', '1/s', [large, (rate) => rate.requestsACoreSecond, null]),
  ];
  return { figures, notes };
};
