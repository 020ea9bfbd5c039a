import { createRootRoute } from '@tanstack/react-router';
import { Frame } from './frame.tsx';
import { PageFault } from './page-fault.tsx';
import { PageNotFound } from './page-not-found.tsx';

/** The frame that every page stands in. A page makes its route with this one as the parent. */
export const rootRoute = createRootRoute({
  component: Frame,
  notFoundComponent: PageNotFound,
  errorComponent: PageFault,
});
