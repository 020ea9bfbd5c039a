import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { rootRoute } from '../shell/root-route.ts';

const wizardSearchSchema = z.object({
  step: z.enum(['look', 'plan', 'sandbox']).optional().catch(undefined),
  /** The migration that is shown, while it runs and after it. */
  run: z.string().max(100).optional().catch(undefined),
});
export type WizardSearch = z.infer<typeof wizardSearchSchema>;

export const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./start-page.tsx'), 'StartPage'),
});

export const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./welcome-page.tsx'), 'WelcomePage'),
});

export const migrationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/migration',
  validateSearch: (search): WizardSearch => wizardSearchSchema.parse(search),
  component: lazyRouteComponent(() => import('./migration-page.tsx'), 'MigrationPage'),
});

export const migrationHistoryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/migration/history',
  component: lazyRouteComponent(() => import('./history-page.tsx'), 'HistoryPage'),
});
