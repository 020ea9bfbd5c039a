import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { HostProbe, HostReach } from '#core/ports/machine.ts';
import { hasErrorCode, systemErrorCode } from '../process/system-error.ts';

const reachOf = (error: unknown): HostReach => {
  if (hasErrorCode(error, 'ECONNREFUSED', 'ECONNRESET')) return 'refused';
  if (hasErrorCode(error, 'ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'ERR_INVALID_IP_ADDRESS'))
    return 'unknown-host';
  return hasErrorCode(error, 'ETIMEDOUT', 'ERR_SOCKET_CONNECTION_TIMEOUT') ? 'timeout' : 'unreachable';
};

const ownAddresses = (): readonly string[] => {
  try {
    return Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));
  } catch (error) {
    // Some containers do not let a program list them.
    if (systemErrorCode(error) === null) throw error;
    return [];
  }
};

/** Opens a TCP connection and closes it at once; nothing is sent. */
export const createHostProbe = (): HostProbe => ({
  ownAddresses,
  reach: (host, port, { timeoutMs, signal }) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve('timeout');
        return;
      }
      const socket = connect({ host, port });
      const timer = setTimeout(() => finish('timeout'), timeoutMs);
      const onAbort = (): void => finish('timeout');
      const finish = (reach: HostReach): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        socket.destroy();
        resolve(reach);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      socket.once('connect', () => finish('open'));
      // Stays: destroying a socket in the middle of a connection may tell a second error.
      socket.on('error', (error) => finish(reachOf(error)));
    }),
});
