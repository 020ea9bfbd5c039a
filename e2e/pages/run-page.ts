import { expect, type Page } from '@playwright/test';

/** The Run page as a person sees it. */
export const runPage = (page: Page) => ({
  runs: page.getByRole('region', { name: 'Runs' }),
  open: async (studio: string): Promise<void> => {
    await page.goto(`${studio}/#/run`);
    await expect(page.getByRole('heading', { name: 'Run a workflow' })).toBeVisible();
  },
  openFile: (path: string): Promise<void> => page.locator('input[type=file]').first().setInputFiles(path),
  /** Runs what is open so many times, each job for itself. */
  runTimes: async (count: number): Promise<void> => {
    await page.getByLabel('How often').fill(String(count));
    await page.getByRole('button', { name: count === 1 ? 'Run' : `Run ${count} times`, exact: true }).click();
  },
  /** Queues one batch with so many seeds, counted up from the first one. */
  runSeeds: async (count: number, first: number): Promise<void> => {
    await page.getByText('Many, with a list of values').click();
    await page.getByLabel('How many seeds').fill(String(count));
    await page.getByLabel('First seed').fill(String(first));
    await page.getByRole('button', { name: /^Queue .* jobs?$/ }).click();
  },
});
