import { connect, createServer } from 'node:net';
import { systemErrorCode } from '../process/system-error.ts';

export type BindOutcome = 'bound' | 'in-use' | 'refused' | 'no-such-address';

const outcomeOf = (error: Error): BindOutcome => {
  const code = systemErrorCode(error);
  if (code === 'EADDRINUSE') return 'in-use';
  // Below 1024 without the right, or a range that Windows reserved: nobody listens, yet no instance could either.
  return code === 'EACCES' || code === 'EPERM' ? 'refused' : 'no-such-address';
};

/** Binds the address for a moment. An address that this machine does not have (no IPv6, a foreign name) holds no port. */
export const tryBind = (host: string, port: number): Promise<BindOutcome> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(outcomeOf(error)));
    server.listen({ host, port, exclusive: true, ipv6Only: host.includes(':') && host !== '::' }, () => {
      server.close(() => resolve('bound'));
    });
  });

/** Whether something accepts a connection; sees forwarded ports that bind cannot. */
export const tryConnect = (host: string, port: number, timeoutMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(timeoutMs, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
