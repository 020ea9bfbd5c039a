import { once } from 'node:events';
import type { Server } from 'node:http';
import { StudioError } from '#contract/errors.ts';

/** The servers of one program on one address: the one that listens now, and those that end with their last connection. */
export interface Servers {
  address(): string;
  port(): number;
  /** Listens on another port (0 = any free one) and lets go of the one before. SERVER_PORT_TAKEN, and then nothing changes. */
  move(port: number): Promise<void>;
  close(): Promise<void>;
}

const listen = async (server: Server, host: string, port: number): Promise<number> => {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    throw new StudioError('SERVER_PORT_TAKEN', undefined, { details: { server: 'gateway', host, port }, cause: error });
  }
  const address = server.address();
  return address === null || typeof address === 'string' ? port : address.port;
};

export const createServers = (open: () => Server, host: string): Servers => {
  const leaving = new Set<Server>();
  let current: { readonly server: Server; readonly port: number } | null = null;

  /** Takes no new connection; requests and websockets that are there go on. */
  const leave = (server: Server): void => {
    leaving.add(server);
    server.once('close', () => leaving.delete(server));
    server.close();
    server.closeIdleConnections();
  };

  return {
    address: () => `http://${host.includes(':') ? `[${host}]` : host}:${current?.port ?? 0}`,
    port: () => current?.port ?? 0,
    move: async (port) => {
      const server = open();
      const before = current;
      current = { server, port: await listen(server, host, port) };
      if (before !== null) leave(before.server);
    },
    close: async () => {
      if (current !== null) leave(current.server);
      current = null;
      await Promise.all(
        Array.from(leaving, (server) => {
          const closed = once(server, 'close');
          server.closeAllConnections();
          return closed;
        }),
      );
    },
  };
};
