import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** Units that the kernel counts in. */
export interface LinuxUnits {
  readonly pageBytes: number;
  readonly ticksPerSecond: number;
}

const pageSizeKey = 6n;
const clockTickKey = 17n;

/**
 * Reads the auxiliary vector that the kernel hands to every program (getauxval(3): AT_PAGESZ, AT_CLKTCK). Pages are 64 KiB on some
 * ARM servers, so that 4096 must not be taken for granted.
 */
export const parseAuxiliaryVector = (bytes: Buffer, isLittleEndian: boolean): LinuxUnits => {
  const word = (offset: number): bigint =>
    isLittleEndian ? bytes.readBigUInt64LE(offset) : bytes.readBigUInt64BE(offset);
  const values = new Map<bigint, number>();
  for (let offset = 0; offset + 16 <= bytes.length; offset += 16) values.set(word(offset), Number(word(offset + 8)));
  return { pageBytes: values.get(pageSizeKey) ?? 4096, ticksPerSecond: values.get(clockTickKey) ?? 100 };
};

export const readLinuxUnits = (): LinuxUnits =>
  parseAuxiliaryVector(readFileSync('/proc/self/auxv'), endianness() === 'LE');
