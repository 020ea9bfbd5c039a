import type { IncomingMessage } from 'node:http';

/** Who asks, as far as a request tells: several programs may share an address, and most send no client id. */
export interface Caller {
  /** As given in the address (`?clientId=`), which some clients add to every call; null for the others. */
  readonly clientId: string | null;
  /** The same for all requests of one program: its network address and what it calls itself. */
  readonly key: string;
}

/** Longest part of a User-Agent that tells programs apart. */
const maxAgentLength = 200;

export const callerOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>, query: URLSearchParams): Caller => {
  const clientId = query.get('clientId');
  const agent = (request.headers['user-agent'] ?? '').slice(0, maxAgentLength);
  return {
    clientId: clientId === null || clientId === '' ? null : clientId,
    key: `${request.socket.remoteAddress ?? ''} ${agent}`,
  };
};
