import { test as base } from '@playwright/test';
import { type DesktopStudio, startDesktopStudio } from './desktop-studio.ts';
import { temporaryFolder } from './headless-studio.ts';

interface DesktopFixtures {
  userDataFolder: string;
  /** A desktop program of its own for each test, ended (with its instances) when the test is over. */
  desktop: DesktopStudio;
}

/** The desktop host of the journeys: the built Electron main and preload, their window in Chromium. */
export const test = base.extend<DesktopFixtures>({
  userDataFolder: async ({}, use) => {
    const folder = await temporaryFolder();
    await use(folder.path);
    await folder.remove();
  },
  desktop: async ({ userDataFolder }, use) => {
    const desktop = await startDesktopStudio(userDataFolder);
    // A program without instances begins with a word of welcome.
    await desktop.page.evaluate(() => {
      location.hash = '#/instances';
    });
    await use(desktop);
    await desktop.end('SIGTERM');
  },
});

export { expect } from '@playwright/test';
