import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { StudioClient } from '#contract/client.ts';
import type { TopicCache } from '../studio-client/topic-cache.ts';
import type { Clock } from './clock.ts';
import type { ViewState, ViewStore } from './view-state.ts';

/** What the components of one window share. Built once at bootstrap, or by a test. */
export interface AppServices {
  readonly client: StudioClient;
  readonly topics: TopicCache;
  readonly view: ViewStore;
  readonly clock: Clock;
}

const AppContext = createContext<AppServices | null>(null);

export const AppProvider = ({ services, children }: { services: AppServices; children: ReactNode }): ReactNode => (
  <AppContext value={services}>{children}</AppContext>
);

export const useServices = (): AppServices => {
  const services = useContext(AppContext);
  if (services === null) throw new Error('useServices is used outside AppProvider');
  return services;
};

export const useViewState = <Selected,>(select: (state: ViewState) => Selected): Selected =>
  useStore(useServices().view, select);

/** The time, renewed each second for the component that asks. */
export const useNow = (): number => {
  const { clock } = useServices();
  return useSyncExternalStore(clock.subscribe, clock.now);
};
