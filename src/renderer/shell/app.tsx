import { type MantineColorSchemeManager, MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { i18n } from 'i18next';
import { lazy, type ReactNode, Suspense } from 'react';
import { I18nextProvider } from 'react-i18next';
import { AppProvider, type AppServices } from '../state/app-context.tsx';
import { cssVariablesResolver, theme } from '../theme/theme.ts';
import type { createAppRouter } from './router.ts';

// Not needed for the first picture of a page.
const NotificationList = lazy(async () => ({ default: (await import('./notification-list.tsx')).NotificationList }));

export interface AppProps {
  readonly services: AppServices;
  readonly queries: QueryClient;
  readonly router: ReturnType<typeof createAppRouter>;
  readonly texts: i18n;
  readonly colorSchemeManager?: MantineColorSchemeManager;
}

/** The whole program in a window. */
export const App = ({ services, queries, router, texts, colorSchemeManager }: AppProps): ReactNode => (
  <I18nextProvider i18n={texts}>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="dark"
      {...(colorSchemeManager === undefined ? {} : { colorSchemeManager })}
    >
      <QueryClientProvider client={queries}>
        <AppProvider services={services}>
          <Suspense fallback={null}>
            <NotificationList />
          </Suspense>
          <RouterProvider router={router} />
        </AppProvider>
      </QueryClientProvider>
    </MantineProvider>
  </I18nextProvider>
);
