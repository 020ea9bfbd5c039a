import type { Page } from '@playwright/test';
import { expect, test } from '../hosts/studio-test.ts';

test.use({ studioArguments: ['--sandbox', '3', '--sandbox-clock', '20'] });

const switcher = (page: Page) => page.getByRole('button', { name: /^Active instance:/ });
const heading = (page: Page) => page.getByRole('heading', { name: 'ComfyUI Instances' });

test('002-G1 002-G2 002-G4 002-G5 the keys of the guide work everywhere, and are off while one types', async ({
  page,
  studio,
}) => {
  await page.goto(`${studio.ready.studio}/#/settings`);
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  await page.keyboard.press('Control+i');
  await expect(heading(page)).toBeVisible();
  await page.keyboard.press('Control+2');
  await expect(switcher(page)).not.toHaveAccessibleName('Active instance: Balanced');
  await page.keyboard.press('Control+0');
  await expect(switcher(page)).toHaveAccessibleName('Active instance: Balanced');
  await page.keyboard.press('F5');
  await expect(
    page
      .getByText('Refreshed')
      .or(page.getByText(/up to date|asked anew|refreshed/i))
      .first(),
  ).toBeVisible();

  const search = page.getByRole('textbox', { name: /search/i }).first();
  await search.fill('sand');
  await search.press('Control+2');
  await search.press('Delete');
  await expect(search).toBeFocused();
  await expect(switcher(page)).toHaveAccessibleName('Active instance: Balanced');
  await search.blur();

  await page.keyboard.press('Control+Shift+N');
  await expect(page.getByRole('dialog').getByRole('textbox', { name: /^Name/ })).toBeVisible();
});

test('the search of commands finds settings, jobs and pages of ComfyUI', async ({ page, studio }) => {
  await page.goto(studio.ready.studio);
  await expect(heading(page)).toBeVisible();
  await page.keyboard.press('Control+k');
  const search = page.getByRole('textbox', { name: 'Search commands' });
  await search.fill('Settings: Gateway');
  await page.locator('button', { hasText: 'Settings: Gateway' }).first().click();
  await expect(page).toHaveURL(/settings\?section=gateway/);
});
