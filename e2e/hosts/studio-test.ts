import { test as base } from '@playwright/test';
import { type HeadlessStudio, startHeadlessStudio, temporaryFolder } from './headless-studio.ts';

interface StudioFixtures {
  /** Flags of the studio besides folder and ports; set with `test.use({ studioArguments: [...] })`. */
  studioArguments: readonly string[];
  dataFolder: string;
  /** A studio of its own for each test, ended (with its instances) when the test is over. */
  studio: HeadlessStudio;
}

/** The browser host of the journeys: the headless studio in Chromium. */
export const test = base.extend<StudioFixtures>({
  studioArguments: [[], { option: true }],

  dataFolder: async ({}, use) => {
    const folder = await temporaryFolder();
    await use(folder.path);
    await folder.remove();
  },
  studio: async ({ dataFolder, studioArguments }, use) => {
    const studio = await startHeadlessStudio({ dataFolder, arguments: studioArguments });
    await use(studio);
    await studio.end('SIGTERM');
  },
});

export { expect } from '@playwright/test';
