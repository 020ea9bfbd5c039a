import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { type HeadlessStudio, startHeadlessStudio, temporaryFolder } from './headless-studio.ts';
import { pathWithTwoCards } from './two-cards.ts';

interface NewcomerFixtures {
  /** All that the person has: a home folder, tools and an empty data folder. */
  folder: string;
  home: string;
  dataFolder: string;
  /** Fills the home before the studio looks at it; set with `test.use({ furnish })`. */
  furnish: { readonly fill: (folder: string) => void };
  studio: HeadlessStudio;
  /** Starts another studio over the same machine and data, once the first one is gone. */
  startAgain: () => Promise<HeadlessStudio>;
}

/** A person with two GPUs who starts Atelier for the first time. */
export const test = base.extend<NewcomerFixtures>({
  furnish: [{ fill: () => undefined }, { option: true }],
  folder: async ({}, use) => {
    const folder = await temporaryFolder();
    await use(folder.path);
    await folder.remove();
  },
  home: async ({ folder }, use) => {
    await use(join(folder, 'old'));
  },
  dataFolder: async ({ folder }, use) => {
    await use(join(folder, 'data'));
  },
  startAgain: async ({ folder, home, dataFolder, furnish }, use) => {
    const path = await pathWithTwoCards(folder);
    await mkdir(home, { recursive: true });
    furnish.fill(folder);
    const started: HeadlessStudio[] = [];
    await use(async () => {
      const environment = { HOME: home, PATH: path };
      const studio = await startHeadlessStudio({ dataFolder, environment });
      started.push(studio);
      return studio;
    });
    for (const studio of started) await studio.end('SIGTERM');
  },
  studio: async ({ startAgain }, use) => {
    await use(await startAgain());
  },
});

export { expect } from '@playwright/test';
