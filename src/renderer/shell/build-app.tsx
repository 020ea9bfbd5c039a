import { QueryClient } from '@tanstack/react-query';
import type { RouterHistory } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { StateStorage } from 'zustand/middleware';
import type { StudioClient } from '#contract/client.ts';
import { type Clock, createClock } from '../state/clock.ts';
import { createViewStore } from '../state/view-state.ts';
import { createTopicCache } from '../studio-client/topic-cache.ts';
import { followLanguage } from '../text/follow-language.ts';
import { createTexts, loadLaterTexts } from '../text/i18n.ts';
import { App, type AppProps } from './app.tsx';
import { createAppRouter } from './router.ts';

interface BootstrapOptions {
  readonly client: StudioClient;
  readonly storage: StateStorage;
  readonly clock?: Clock;
  readonly history?: RouterHistory;
}

export interface BuiltApp extends AppProps {
  readonly element: ReactElement;
  /** Settles when the sentences of the chosen language are here; drawing before shows English for a moment. */
  readonly ready: Promise<void>;
}

/** Builds one window of the program around a client; the entry, the fixture page and the tests all start here. */
export const buildApp = ({ client, storage, clock = createClock(), history }: BootstrapOptions): BuiltApp => {
  const queries = new QueryClient();
  const view = createViewStore(storage);
  const texts = createTexts();
  const laterTexts = loadLaterTexts(texts);
  const props: AppProps = {
    queries,
    services: { client, topics: createTopicCache(client, queries), view, clock },
    router: createAppRouter(laterTexts, history),
    texts,
  };
  return { ...props, element: <App {...props} />, ready: followLanguage(view, texts) };
};
