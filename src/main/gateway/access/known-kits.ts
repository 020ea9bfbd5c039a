import type { IncomingHttpHeaders } from 'node:http';

/** Clients of which more is remembered than their id; the oldest are forgotten. */
const maxClients = 10_000;

/** Programs that can only be told by what they do: the kit by which each client id speaks, as far as it showed. */
export interface KnownKits {
  /** The client asked for the log, with these headers. */
  askedForLog(clientId: string, headers: Pick<IncomingHttpHeaders, 'content-type'>): void;
  /** null for a client that gave no sign. */
  of(clientId: string | null): string | null;
}

/**
 * @saintno/comfyui-sdk asks for the log before anything else, and sends JSON as plain text, which nobody else does (field.md 5.2). It takes the end
 * of any prompt for the end of the one that it waits for, so that its prompts must run one after the other.
 */
export const createKnownKits = (): KnownKits => {
  const clients = new Set<string>();
  return {
    askedForLog: (clientId, headers) => {
      if (headers['content-type']?.startsWith('text/plain') !== true) return;
      clients.delete(clientId);
      clients.add(clientId);
      for (const oldest of clients) {
        if (clients.size <= maxClients) return;
        clients.delete(oldest);
      }
    },
    of: (clientId) => (clientId !== null && clients.has(clientId) ? 'comfyui-sdk' : null),
  };
};
