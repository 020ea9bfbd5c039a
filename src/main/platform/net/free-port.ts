import type { PortProbe } from '#core/ports/machine.ts';

export interface PortSearch {
  readonly host: string;
  /** First port that is tried; then upwards. */
  readonly from: number;
  /** Ports that are promised to others, though nobody listens yet. */
  readonly reserved: ReadonlySet<number>;
  /** How many ports are tried at most. */
  readonly attempts?: number;
}

const highestPort = 65_535;

/** The first free port from `from` upwards that is not reserved; null when none of the attempts found one. */
export const findFreePort = async (probe: PortProbe, search: PortSearch): Promise<number | null> => {
  const last = Math.min(highestPort, search.from + (search.attempts ?? 200) - 1);
  for (let port = Math.max(1, search.from); port <= last; port += 1) {
    if (!search.reserved.has(port) && (await probe.check(search.host, port)).free) return port;
  }
  return null;
};
