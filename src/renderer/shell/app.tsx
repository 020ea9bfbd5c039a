import { CloseButton, type MantineColorSchemeManager, MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { i18n } from 'i18next';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { AppProvider, type AppServices } from '../state/app-context.tsx';
import { untilLoaded } from '../studio-client/until-loaded.ts';
import { cssVariablesResolver, theme } from '../theme/theme.ts';
import type { createAppRouter } from './router.ts';

// Not needed for the first picture of a page.
const NotificationList = lazy(async () => ({
  default: (await untilLoaded(() => import('./notification-list.tsx'))).NotificationList,
}));

export interface AppProps {
  readonly services: AppServices;
  readonly queries: QueryClient;
  readonly router: ReturnType<typeof createAppRouter>;
  readonly texts: i18n;
  readonly colorSchemeManager?: MantineColorSchemeManager;
}

/** The theme, with a name for each close button that Mantine's dialogs and notifications draw by themselves. */
const useSpokenTheme = (): typeof theme => {
  const { t } = useTranslation();
  const label = t('frame.actions.close');
  return useMemo(() => {
    const defaultProps = { 'aria-label': label };
    return mergeThemeOverrides(theme, { components: { CloseButton: CloseButton.extend({ defaultProps }) } });
  }, [label]);
};

const Window = ({ services, queries, router, colorSchemeManager }: Omit<AppProps, 'texts'>): ReactNode => {
  const spokenTheme = useSpokenTheme();
  return (
    <MantineProvider
      theme={spokenTheme}
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
  );
};

/** The whole program in a window. */
export const App = ({ texts, ...window }: AppProps): ReactNode => (
  <I18nextProvider i18n={texts}>
    <Window {...window} />
  </I18nextProvider>
);
