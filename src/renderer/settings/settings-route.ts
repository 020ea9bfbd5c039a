import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.ts';
import { type SettingsSearch, settingsSearchSchema } from './settings-sections.ts';

export const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  validateSearch: (search): SettingsSearch => settingsSearchSchema.parse(search),
  component: lazyRouteComponent(() => import('./settings-page.tsx'), 'SettingsPage'),
});
