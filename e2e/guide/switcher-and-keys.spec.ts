import type { Page } from '@playwright/test';
import { callStudio } from '../../test/studio-client.ts';
import { expect, test } from '../hosts/studio-test.ts';

test.use({ studioArguments: ['--sandbox', '3', '--sandbox-clock', '20'] });

const switcher = (page: Page) => page.getByRole('button', { name: /^Active instance:/ });
const heading = (page: Page) => page.getByRole('heading', { name: 'ComfyUI Instances' });

test('002-D1 002-D2 002-D3 one of the running instances is the active one, or none, also after a restart of the page', async ({
  page,
  studio,
}) => {
  await page.goto(studio.ready.studio);
  await expect(switcher(page)).toHaveAccessibleName('Active instance: Balanced');
  await switcher(page).click();
  const options = page.getByRole('option');
  await expect(options).toHaveCount(4);
  const second = options.nth(2);
  const name = (await second.locator('span').first().textContent()) ?? '';
  await expect(second).toContainText('healthy');
  await second.click();
  await expect(switcher(page)).not.toHaveAccessibleName('Active instance: Balanced');
  await expect(switcher(page)).toContainText(name.slice(0, 3));
  const chosen = await switcher(page).getAttribute('aria-label');
  await page.reload();
  await expect(switcher(page)).toHaveAccessibleName(chosen ?? '');
  await switcher(page).click();
  await page.getByRole('option', { name: /Clear active instance/ }).click();
  await expect(switcher(page)).toHaveAccessibleName('Active instance: Balanced');
});

test('002-D1 stopping and deleting the active instance is told, and new work is balanced', async ({ page, studio }) => {
  const list = await callStudio(studio, 'instances.list', {});
  const [first] = list.instances;
  if (first === undefined) throw new Error('the sandbox has instances');
  const { id: instanceId, name } = first.configuration;
  await page.goto(studio.ready.studio);
  await expect(heading(page)).toBeVisible();
  await page.keyboard.press('Control+1');
  await expect(switcher(page)).toHaveAccessibleName(`Active instance: ${name}`);
  await callStudio(studio, 'instances.stop', { instanceId });
  await expect(page.getByText(`The active instance ${name} is stopped`)).toBeVisible();
  await callStudio(studio, 'instances.delete', { instanceId });
  await expect(page.getByText(`The active instance ${name} was deleted`)).toBeVisible();
  await expect(switcher(page)).toHaveAccessibleName('Active instance: Balanced');
});

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

test('002-G3 Ctrl+E edits the card that has the focus, Delete asks about it', async ({ page, studio }) => {
  await page.goto(studio.ready.studio);
  const card = page.getByRole('article').first();
  await card.focus();
  await page.keyboard.press('Control+e');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await card.focus();
  await page.keyboard.press('Delete');
  await expect(
    page
      .getByRole('dialog')
      .or(page.getByRole('alertdialog'))
      .getByText(/Delete/)
      .first(),
  ).toBeVisible();
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
