import { useSyncExternalStore } from 'react';
import { useServices } from '../state/app-context.tsx';

/** The beginning of this day in this window's time zone: another one only at midnight. */
export const useToday = (): number => {
  const { clock } = useServices();
  return useSyncExternalStore(clock.subscribe, () => new Date(clock.now()).setHours(0, 0, 0, 0));
};
