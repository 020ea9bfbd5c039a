import { createRootRouteWithContext } from '@tanstack/react-router';
import { Frame } from './frame.tsx';
import { PageFault } from './page-fault.tsx';
import { PageNotFound } from './page-not-found.tsx';

interface RouterContext {
  /** Settles when the sentences of all pages are here. */
  readonly laterTexts: Promise<void>;
}

/** The page whose sentences come with the program. */
const firstPage = '/instances';

/** The frame that every page stands in. A page makes its route with this one as the parent. */
export const rootRoute = createRootRouteWithContext<RouterContext>()({
  beforeLoad: async ({ context, location }) => {
    if (location.pathname !== firstPage) await context.laterTexts;
  },
  component: Frame,
  notFoundComponent: PageNotFound,
  errorComponent: PageFault,
});
