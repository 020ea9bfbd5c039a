import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.ts';
import { type GallerySearch, gallerySearchSchema } from './gallery-search.ts';

export const galleryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/gallery',
  validateSearch: (search): GallerySearch => gallerySearchSchema.parse(search),
  component: lazyRouteComponent(() => import('./gallery-page.tsx'), 'GalleryPage'),
});
