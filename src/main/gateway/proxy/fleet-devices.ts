import { isObject, type JsonObject } from '#core/shared/json-object.ts';

const devicesOf = (stats: JsonObject | null): readonly JsonObject[] => {
  const devices: unknown = stats?.['devices'];
  return Array.isArray(devices) ? devices.filter(isObject) : [];
};

/**
 * The devices of all instances in their order as those of one. Each instance counts its own from 0, so that they are counted again for
 * each type, in the name too: `cuda:0 NVIDIA …` of the second instance becomes `cuda:1 NVIDIA …`. A CPU has no index.
 */
export const joinDevices = (all: readonly (JsonObject | null)[]): readonly JsonObject[] => {
  const counts = new Map<string, number>();
  return all.flatMap(devicesOf).map((device) => {
    const type = typeof device['type'] === 'string' ? device['type'] : '';
    const index = counts.get(type) ?? 0;
    counts.set(type, index + 1);
    if (index === 0 && device['index'] === null) return device;
    const name = typeof device['name'] === 'string' ? device['name'] : type;
    const [first = '', ...rest] = name.split(' ');
    const isNumbered = type !== '' && (first === type || first.startsWith(`${type}:`));
    const numbered = isNumbered ? [`${type}:${index}`, ...rest].join(' ') : name;
    return { ...device, name: numbered, index: device['index'] === null ? null : index };
  });
};
