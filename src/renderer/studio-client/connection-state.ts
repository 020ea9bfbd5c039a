import { useSyncExternalStore } from 'react';
import type { ConnectionState } from '#contract/client.ts';
import { useServices } from '../state/app-context.tsx';

/** How the wire to the studio is doing, for the banner and for buttons that need it. */
export const useConnectionState = (): ConnectionState => {
  const { client } = useServices();
  return useSyncExternalStore(client.onConnection, client.connection);
};
