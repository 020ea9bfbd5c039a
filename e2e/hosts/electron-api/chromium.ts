import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Frame, type Page, type Request } from 'playwright';

/** Answers whether a page's main frame may go to an address that the page itself asked for. */
export interface NavigationGuard {
  readonly mayNavigate: (page: Page, url: string) => boolean;
}

export interface Browser {
  readonly newPage: (size: { readonly width: number; readonly height: number }) => Promise<Page>;
  readonly context: () => Promise<BrowserContext>;
  /** Where Chromium's DevTools can be reached by whoever drives the pages. */
  readonly devTools: () => string;
}

const browserArguments = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--remote-debugging-port=0',
  // Chromium refuses to run its sandbox as root; the pages under test are our own.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** The first request of a window that a page opens is made before that window has a frame. */
const frameOf = (request: Request): Frame | null => {
  try {
    return request.frame();
  } catch {
    return null;
  }
};

const watchNavigation = async (context: BrowserContext, owned: Set<Page>, guard: NavigationGuard): Promise<void> => {
  await context.route('**/*', async (route, request) => {
    if (!request.isNavigationRequest()) return route.continue();
    const frame = frameOf(request);
    const page = frame?.page();
    // A window that a page opened by itself loads nothing, since the program allows none.
    if (page === undefined || !owned.has(page)) {
      await route.abort('aborted');
      // Closed before, it would let go of the request, which could still get out then.
      await page?.close();
      return;
    }
    const allowed = frame !== page.mainFrame() || guard.mayNavigate(page, request.url());
    return allowed ? route.continue() : route.abort('aborted');
  });
};

/** A page is closed when what it asked for was refused; this one closes those that ask for nothing. */
const closeUnowned = async (page: Page): Promise<void> => {
  await page.waitForEvent('close', { timeout: 2000 }).catch(() => page.close());
};

/** The system's Chromium with a profile of its own, started with the first window. */
export const createBrowser = (profileFolder: string, guard: NavigationGuard): Browser => {
  const owned = new Set<Page>();
  const state: { context?: Promise<BrowserContext>; opening: number } = { opening: 0 };
  const launch = async (size: { readonly width: number; readonly height: number }): Promise<BrowserContext> => {
    const context = await chromium.launchPersistentContext(profileFolder, {
      executablePath: process.env['ATELIER_CHROMIUM'] ?? '/usr/bin/chromium',
      headless: process.env['ATELIER_SHOW_BROWSER'] !== '1',
      args: browserArguments,
      viewport: { width: size.width, height: size.height },
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    await watchNavigation(context, owned, guard);
    context.on('page', (page) => {
      if (state.opening === 0 && !owned.has(page)) void closeUnowned(page);
    });
    return context;
  };
  return {
    newPage: async (size) => {
      state.opening += 1;
      try {
        const first = state.context === undefined;
        state.context ??= launch(size);
        const context = await state.context;
        const page = (first ? context.pages()[0] : undefined) ?? (await context.newPage());
        owned.add(page);
        return page;
      } finally {
        state.opening -= 1;
      }
    },
    context: async () => {
      if (state.context === undefined) throw new Error('No window was opened.');
      return state.context;
    },
    devTools: () => {
      const file = join(profileFolder, 'DevToolsActivePort');
      if (!existsSync(file)) throw new Error('Chromium did not tell where its DevTools are.');
      return `http://127.0.0.1:${readFileSync(file, 'utf8').split('\n', 1)[0]}`;
    },
  };
};
