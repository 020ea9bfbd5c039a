import { StudioError } from '#contract/errors.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type { PortProbe } from '../../ports/machine.ts';
import { isLoopback } from './remote-address.ts';

const highestPort = 65_535;

/**
 * The first port from `from` on that no instance has, started or not, and on which nothing listens. Fails with INPUT_INVALID when
 * there is none up to the last.
 */
export const suggestPort = async (
  from: number,
  fleet: readonly InstanceConfiguration[],
  ports: PortProbe,
): Promise<number> => {
  const taken = new Set(fleet.filter(({ kind, host }) => kind === 'local' || isLoopback(host)).map(({ port }) => port));
  for (let port = from; port <= highestPort; port += 1) {
    if (!taken.has(port) && (await ports.check('127.0.0.1', port)).free) return port;
  }
  throw new StudioError('INPUT_INVALID', `There is no free port from ${from} on.`, {
    details: { field: 'from', from },
  });
};
