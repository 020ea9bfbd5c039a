import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.ts';

/** A page of ComfyUI: an instance's own, or the gateway's. */
export const viewerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/view/$target',
  component: lazyRouteComponent(() => import('./viewer-page.tsx'), 'ViewerPage'),
});

export const viewerStartRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/view',
  beforeLoad: () => {
    throw redirect({ to: '/view/$target', params: { target: 'gateway' } });
  },
});
