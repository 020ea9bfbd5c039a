import type { InstanceConfiguration, InstanceView } from '#contract/models/instance.ts';
import { productName } from '#core/gpus/match-device.ts';

/** The card of an instance, as far as it decides how fast it is and what fits on it. */
export interface Card {
  /** Equal for cards that are equally fast; '' when unknown. */
  readonly deviceKey: string;
  readonly vramTotalBytes: number | null;
}

const gigabyte = 1024 ** 3;

/**
 * From what it last told of its device. Cards of one name come with different memory ("RTX 3060"), so that the size is part of the
 * key. A sandbox is as fast as it is told to be, which is known before it ever ran.
 */
export const cardOf = (
  { kind, program, sandbox }: Pick<InstanceConfiguration, 'kind' | 'program' | 'sandbox'>,
  device: InstanceView['device'],
): Card => {
  if (kind === 'local' && program === 'sandbox') {
    const { speed, clock, vramBytes } = sandbox;
    return { deviceKey: `sandbox ${speed} × ${clock}`, vramTotalBytes: device?.vramTotalBytes || vramBytes };
  }
  if (device === null) return { deviceKey: '', vramTotalBytes: null };
  const { name, vramTotalBytes } = device;
  // 0 stands for a number that could not be read.
  if (vramTotalBytes <= 0) return { deviceKey: productName(name), vramTotalBytes: null };
  return { deviceKey: `${productName(name)} ${Math.round(vramTotalBytes / gigabyte)} GB`, vramTotalBytes };
};
