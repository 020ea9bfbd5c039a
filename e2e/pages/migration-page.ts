import { expect, type Locator, type Page } from '@playwright/test';

/** The wizard as a person sees it. */
export const migrationPage = (page: Page) => {
  const results = page.getByRole('region', { name: 'Verified' });
  return {
    results,
    finding: (location: string): Locator => page.getByRole('article').filter({ hasText: location }),
    /** Chooses this place and nothing else, whatever else this machine has. */
    chooseOnly: async (location: string): Promise<void> => {
      for (const card of await page
        .getByRole('article')
        .filter({ has: page.getByRole('checkbox') })
        .all()) {
        const isWanted = (await card.getByText(location, { exact: true }).count()) > 0;
        await card.getByRole('checkbox').setChecked(isWanted);
      }
    },
    seePlan: async (): Promise<void> => {
      await page.getByRole('button', { name: 'See the plan' }).click();
      await expect(page.getByText('This is a dry run. Nothing has been done.')).toBeVisible();
    },
    apply: (name = 'Make 2 instances'): Promise<void> => page.getByRole('button', { name }).click(),
    expectState: (title: string): Promise<void> =>
      expect(page.getByRole('heading', { name: title, exact: true })).toBeVisible({ timeout: 60_000 }),
    /** What verifying found out: name, models before, models now, test picture. */
    verified: async (): Promise<string[][]> => {
      const rows = await results.getByRole('row').all();
      const cells = await Promise.all(rows.slice(1).map((row) => row.locator('th, td').allInnerTexts()));
      return cells.map((row) => row.map((text) => text.trim()));
    },
    undo: (): Promise<void> => page.getByRole('button', { name: 'Undo', exact: true }).click(),
  };
};
