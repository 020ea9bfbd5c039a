import { useEffect } from 'react';
import { StudioError } from '#contract/errors.ts';
import { useConnectionState } from '../studio-client/connection-state.ts';

/** Asks again as soon as the studio is back, for an answer that was lost with the connection. */
export const useRetryOnReconnect = (error: unknown, retry: () => Promise<unknown>): void => {
  const connection = useConnectionState();
  const isLost = error instanceof StudioError && error.code === 'CONNECTION_LOST';
  useEffect(() => {
    if (connection === 'open' && isLost) void retry();
  }, [connection, isLost, retry]);
};
