import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';

export type ListenOutcome =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'port-taken' }
  | { readonly kind: 'failed'; readonly error: Error };

const isTaken = (error: Error): boolean => 'code' in error && error.code === 'EADDRINUSE';

/** Binds one address; never rejects. Port 0 takes a free one. */
export const listen = (server: Server, address: string, port: number): Promise<ListenOutcome> =>
  new Promise((resolve) => {
    const onError = (error: Error): void =>
      resolve(isTaken(error) ? { kind: 'port-taken' } : { kind: 'failed', error });
    server.once('error', onError);
    // `::` must not take the IPv4 side as well, since 0.0.0.0 is bound beside it.
    server.listen({ host: address, port, ipv6Only: isIPv6(address) }, () => {
      server.off('error', onError);
      const bound: AddressInfo | string | null = server.address();
      resolve({ kind: 'listening', port: typeof bound === 'object' && bound !== null ? bound.port : port });
    });
  });

/** The address as the log shows it. */
export const shownUrl = (address: string, port: number): string =>
  `http://${isIPv6(address) ? `[${address}]` : address}:${port}`;
