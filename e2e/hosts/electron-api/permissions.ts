import type { BrowserContext } from 'playwright';
import type { SessionApi } from './offered.ts';
import type { Tell } from './records.ts';

/** Electron's names of permissions and Chromium's, for those that a page can ask for in both. */
const chromiumNames: Readonly<Record<string, readonly string[]>> = {
  'clipboard-read': ['clipboard-read'],
  'clipboard-sanitized-write': ['clipboard-write'],
  geolocation: ['geolocation'],
  media: ['camera', 'microphone'],
  midi: ['midi'],
  notifications: ['notifications'],
};

export interface Permissions {
  readonly session: SessionApi;
  /** Gives Chromium what the handlers grant; everything else is denied from then on. */
  readonly apply: (context: BrowserContext) => Promise<void>;
}

/** Asks the program's handlers once for each permission, since Chromium takes decisions in advance only. */
export const createPermissions = (contents: () => object, tell: Tell): Permissions => {
  type Request = Parameters<SessionApi['setPermissionRequestHandler']>[0];
  type Check = Parameters<SessionApi['setPermissionCheckHandler']>[0];
  // Without handlers Electron grants everything.
  const handlers: { request: Request; check: Check } = {
    request: (_contents, _name, answer) => answer(true),
    check: () => true,
  };
  // Which of both Electron asks depends on the page's call, so a page gets what one of them grants.
  const isGranted = (name: string): Promise<boolean> =>
    new Promise((resolve) => {
      if (handlers.check(contents(), name)) resolve(true);
      else handlers.request(contents(), name, resolve);
    });
  return {
    session: {
      setPermissionRequestHandler: (handler) => {
        handlers.request = handler;
      },
      setPermissionCheckHandler: (handler) => {
        handlers.check = handler;
      },
    },
    apply: async (context) => {
      const granted: string[] = [];
      for (const [name, inChromium] of Object.entries(chromiumNames)) {
        const yes = await isGranted(name);
        tell({ kind: 'permission', name, granted: yes });
        if (yes) granted.push(...inChromium);
      }
      await context.grantPermissions(granted);
    },
  };
};
