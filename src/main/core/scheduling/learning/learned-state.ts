import { isObject } from '#core/shared/json-object.ts';
import type { LearnedState } from '../scheduler-interface.ts';
import type { Average } from './average.ts';
import type { LoadTimes, SetTimes } from './load-times.ts';
import type { MemoryNeeds } from './memory-needs.ts';
import type { RecentMap } from './recent-map.ts';
import type { FingerprintTimes, RunTimes, WorkRate } from './run-times.ts';
import type { Slowness, Speeds } from './speeds.ts';

/** All that is learned and worth keeping; what instances hold is not, since they may have been restarted meanwhile. */
export interface Knowledge {
  readonly runs: RunTimes;
  readonly loads: LoadTimes;
  readonly speeds: Speeds;
  readonly memory: MemoryNeeds;
}

const version = 1;

/** Reads a value that may be anything; undefined = it does not fit. */
type Reader<Value> = (value: unknown) => Value | undefined;

/** Durations, counts and bytes; what is larger is a mistake. */
const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;

const readAmount: Reader<number> = (value) => (isAmount(value) ? value : undefined);

const readAverage: Reader<Average> = (value) => {
  if (!isObject(value)) return undefined;
  const { mean, spread, count } = value;
  return isAmount(mean) && isAmount(spread) && isAmount(count) && count >= 1 ? { mean, spread, count } : undefined;
};

/** A card is not 20,000 times as fast as another. */
const largestLog = 10;

const readSlowness: Reader<Slowness> = (value) => {
  if (!isObject(value)) return undefined;
  const { log, count } = value;
  if (typeof log !== 'number' || !(Math.abs(log) <= largestLog)) return undefined;
  return isAmount(count) && count >= 1 ? { log, count } : undefined;
};

const readRate: Reader<WorkRate> = (value) => {
  if (!isObject(value)) return undefined;
  const { time, work, count } = value;
  return isAmount(time) && isAmount(work) && isAmount(count) && count > 0 ? { time, work, count } : undefined;
};

const readPairs = <Value>(value: unknown, read: Reader<Value>): readonly (readonly [string, Value])[] => {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown): (readonly [string, Value])[] => {
    if (!Array.isArray(entry)) return [];
    const [key, content]: readonly unknown[] = entry;
    const known = read(content);
    return typeof key === 'string' && known !== undefined ? [[key, known]] : [];
  });
};

const readByInstance = (value: unknown): ReadonlyMap<string, Average> => new Map(readPairs(value, readAverage));

const readFingerprint: Reader<FingerprintTimes> = (value) => {
  const reference = isObject(value) ? readAverage(value['reference']) : undefined;
  if (!isObject(value) || reference === undefined) return undefined;
  return { reference, byInstance: readByInstance(value['byInstance']) };
};

const readSet: Reader<SetTimes> = (value) => {
  const all = isObject(value) ? readAverage(value['all']) : undefined;
  if (!isObject(value) || all === undefined) return undefined;
  return { all, byInstance: readByInstance(value['byInstance']) };
};

const restore = <Value>(map: RecentMap<Value>, value: unknown, read: Reader<Value>): void => {
  for (const [key, content] of readPairs(value, read)) map.set(key, content);
};

const withoutMaps = <Value extends { readonly byInstance: ReadonlyMap<string, Average> }>(
  map: RecentMap<Value>,
): readonly unknown[] => map.entries().map(([key, value]) => [key, { ...value, byInstance: [...value.byInstance] }]);

/** What was learned, as plain JSON. */
export const saveKnowledge = ({ runs, loads, speeds, memory }: Knowledge): LearnedState => ({
  version,
  fingerprints: withoutMaps(runs.fingerprints),
  families: runs.families.entries(),
  loadSets: withoutMaps(loads.sets),
  loaders: loads.loaders.entries(),
  instances: speeds.instances.entries(),
  devices: speeds.devices.entries(),
  memory: memory.fingerprints.entries(),
});

/** Takes over what fits of a saved state; the rest, and every other version, is left out. */
export const restoreKnowledge = (state: unknown, { runs, loads, speeds, memory }: Knowledge): void => {
  if (!isObject(state) || state['version'] !== version) return;
  restore(runs.fingerprints, state['fingerprints'], readFingerprint);
  restore(runs.families, state['families'], readRate);
  restore(loads.sets, state['loadSets'], readSet);
  restore(loads.loaders, state['loaders'], readAmount);
  restore(speeds.instances, state['instances'], readSlowness);
  restore(speeds.devices, state['devices'], readSlowness);
  restore(memory.fingerprints, state['memory'], readAmount);
};
