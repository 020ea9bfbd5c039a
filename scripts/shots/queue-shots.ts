import type { Shot } from './shot.ts';

/** The queue as a list and over time, and the details of jobs. */
export const queueShots: readonly Shot[] = [
  { name: 'queue', scenario: 'queue', path: '/jobs' },
  { name: 'queue-long', scenario: 'queue-long', path: '/jobs' },
  { name: 'queue-empty', scenario: 'empty', path: '/jobs' },
  { name: 'queue-loading', scenario: 'loading', path: '/jobs' },
  { name: 'queue-paused', scenario: 'queue-paused', path: '/jobs?show=parked' },
  { name: 'queue-closed', scenario: 'queue-closed', path: '/jobs?show=running' },
  { name: 'queue-no-match', scenario: 'queue', path: '/jobs?show=waiting&search=nothing' },
  { name: 'queue-done', scenario: 'queue', path: '/jobs?show=done' },
  { name: 'queue-batch', scenario: 'queue', path: '/jobs?batch=00000000-0000-4000-9000-000000000001' },
  {
    name: 'queue-crowded',
    scenario: 'crowded',
    path: '/jobs?show=waiting',
    act: async (page) => {
      await page.getByText('isometric bakery, morning light').waitFor();
      await page.getByRole('main').evaluate((main) => main.scrollTo({ top: 260_000 }));
      await page
        .getByText(/frame 0\d+ of the walk cycle/)
        .first()
        .waitFor();
      await page.waitForTimeout(400);
    },
  },
  {
    name: 'queue-selected',
    scenario: 'queue',
    path: '/jobs?show=waiting',
    act: async (page) => {
      await page.getByRole('checkbox').nth(1).click();
      await page
        .getByRole('checkbox')
        .nth(4)
        .click({ modifiers: ['Shift'] });
      await page.getByRole('toolbar').waitFor();
    },
  },
  {
    name: 'queue-dragged',
    scenario: 'queue',
    path: '/jobs?show=waiting',
    act: async (page) => {
      const row = (position: number) => page.locator(`[data-index="${position}"]`);
      await row(4).hover();
      await row(4).locator('[data-grip]').hover();
      await page.mouse.down();
      await row(1).hover({ position: { x: 200, y: 40 } });
      // The first move onto an element only enters it.
      await row(1).hover({ position: { x: 200, y: 10 } });
      await row(1).hover({ position: { x: 202, y: 10 } });
    },
  },
  {
    name: 'queue-unfolded',
    scenario: 'queue',
    path: '/jobs',
    act: async (page) => {
      await page.getByRole('button', { name: /^Show the jobs of night/ }).click();
      await page.getByText('11 of 24').first().waitFor();
    },
  },
  {
    name: 'queue-menu',
    scenario: 'queue',
    path: '/jobs?show=waiting',
    act: async (page) => {
      await page.getByRole('button', { name: 'Actions for a lighthouse in a storm' }).click();
      await page.getByRole('menuitem', { name: 'Priority' }).hover();
      await page.getByRole('menuitem', { name: 'Urgent' }).waitFor();
    },
  },
  { name: 'lanes', scenario: 'queue', path: '/jobs?view=lanes&span=5' },
  {
    name: 'lanes-card',
    scenario: 'queue',
    path: '/jobs?view=lanes&span=5',
    act: async (page) => {
      await page.getByRole('listbox').first().focus();
      await page.keyboard.press('End');
      await page.getByText('Why still waiting').waitFor();
      await page.waitForTimeout(400);
    },
  },
  { name: 'lanes-crowded', scenario: 'crowded', path: '/jobs?view=lanes&span=60' },
  { name: 'lanes-search', scenario: 'queue', path: '/jobs?view=lanes&search=night' },
  { name: 'lanes-long', scenario: 'queue-long', path: '/jobs?view=lanes&span=5' },
  { name: 'lanes-empty', scenario: 'empty', path: '/jobs?view=lanes' },
  { name: 'lanes-loading', scenario: 'loading', path: '/jobs?view=lanes' },
  { name: 'lanes-paused', scenario: 'queue-paused', path: '/jobs?view=lanes' },
  { name: 'job-why', scenario: 'queue', path: '/jobs?job=00000000-0000-4000-8000-000000000020' },
  { name: 'job-running', scenario: 'queue', path: '/jobs?job=00000000-0000-4000-8000-000000000001' },
  { name: 'job-parked', scenario: 'queue', path: '/jobs?job=00000000-0000-4000-8000-000000000040' },
  { name: 'job-failed', scenario: 'queue-failing', path: '/jobs?job=00000000-0000-4000-8000-000000000007' },
  { name: 'job-done', scenario: 'queue-long', path: '/jobs?job=00000000-0000-4000-8000-000000000005' },
];
