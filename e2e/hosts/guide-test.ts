import { test as base } from '@playwright/test';
import { type Fleet, fleetOf } from './fleet.ts';
import { type HeadlessStudio, startHeadlessStudio, temporaryFolder } from './headless-studio.ts';
import { pathWithTwoCards } from './two-cards.ts';

interface GuideWorkerFixtures {
  /** Each chapter of the guide has a studio of its own, for all of its journeys; set with `test.use({ chapter })`. */
  chapter: string;
  studio: HeadlessStudio;
}

interface GuideFixtures {
  /** Empty before and after each journey. */
  fleet: Fleet;
}

/** The host of the journeys of the guide: a studio on a machine with two cards. */
export const test = base.extend<GuideFixtures, GuideWorkerFixtures>({
  chapter: ['', { option: true, scope: 'worker' }],
  studio: [
    async ({ chapter: _chapter }, use) => {
      const folder = await temporaryFolder();
      const environment = { HOME: folder.path, PATH: await pathWithTwoCards(folder.path) };
      const studio = await startHeadlessStudio({ dataFolder: `${folder.path}/data`, environment });
      await use(studio);
      await studio.end('SIGTERM');
      await folder.remove();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  fleet: async ({ studio }, use) => {
    const fleet = await fleetOf(studio);
    await fleet.settings({ maxConcurrentStarts: 4, telemetryIntervalMs: 500 });
    await use(fleet);
    await fleet.clear();
  },
});

export { expect } from '@playwright/test';
