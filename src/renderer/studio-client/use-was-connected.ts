import { useEffect, useState } from 'react';
import { useConnectionState } from './connection-state.ts';

/** Whether there was a connection since the page was opened. */
export const useWasConnected = (): boolean => {
  const state = useConnectionState();
  const [was, setWas] = useState(state === 'open');
  useEffect(() => {
    if (state === 'open') setWas(true);
  }, [state]);
  return was;
};
