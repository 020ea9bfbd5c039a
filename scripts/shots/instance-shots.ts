import type { Page } from 'playwright';
import type { Shot } from './shot.ts';

/** The page of one instance. */
export const instanceShots: readonly Shot[] = [
  ...(['overview', 'logs', 'jobs', 'configuration', 'events', 'files'] as const).map((tab) => ({
    name: `instance-${tab}`,
    scenario: 'fleet',
    path: `/instances/character-gen/${tab === 'overview' ? '' : tab}`,
    act: async (page: Page) => page.waitForTimeout(1200),
  })),
  {
    name: 'instance-hover',
    scenario: 'fleet',
    path: '/instances/character-gen?range=day',
    act: async (page) => {
      await page.getByRole('img', { name: /^GPU load/ }).hover({ position: { x: 180, y: 80 } });
      await page.waitForTimeout(400);
    },
  },
  {
    name: 'instance-table',
    scenario: 'fleet',
    path: '/instances/character-gen?as=table',
    act: async (page) => page.getByRole('table').waitFor(),
  },
  { name: 'instance-waiting', scenario: 'fleet', path: '/instances/flux' },
  { name: 'instance-long', scenario: 'long', path: '/instances/batch/configuration' },
  { name: 'instance-stopped', scenario: 'fleet', path: '/instances/spare' },
  { name: 'instance-gone', scenario: 'fleet', path: '/instances/nobody' },
  { name: 'instance-remote-log', scenario: 'fleet', path: '/instances/studio-b/logs' },
  {
    name: 'instance-search',
    scenario: 'fleet',
    path: '/instances/character-gen/logs',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Search the log' }).fill('executed');
      await page.getByText('400 of 400').waitFor();
    },
  },
  {
    name: 'instance-evidence',
    scenario: 'fleet',
    path: '/instances/character-gen/events?only=problems',
    act: async (page) => page.getByRole('button', { name: 'Show what its log said' }).first().click(),
  },
];
