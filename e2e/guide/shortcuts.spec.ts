import { expect, test } from '../hosts/guide-test.ts';
import { instancesPage } from '../pages/instances-page.ts';
import { switcher } from '../pages/switcher.ts';

test.use({ chapter: 'shortcuts' });

test('002-G1 Ctrl+I opens the instances from every page', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'One', started: false });
  const instances = instancesPage(page);
  for (const link of ['Run', 'Queue', 'Settings']) {
    await page.goto(studio.ready.studio);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: link, exact: true }).click();
    await expect(instances.heading).toBeHidden();
    await page.keyboard.press('Control+i');
    await expect(instances.heading).toBeVisible();
  }
});

test('002-G2 Ctrl+Shift+N makes a new instance', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'One', started: false });
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  await page.keyboard.press('Control+Shift+N');
  await expect(instances.dialog.getByRole('heading', { name: 'New instance' })).toBeVisible();
});

test('002-G3 Ctrl+E edits and Delete deletes the instance that has the focus', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'One', started: false }, { name: 'Two', started: false });
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  await instances.card('Two').focus();
  await page.keyboard.press('Control+e');
  await expect(instances.dialog.getByRole('heading', { name: 'Edit Two' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(instances.dialog).toBeHidden();
  await instances.card('One').focus();
  await page.keyboard.press('Delete');
  await expect(instances.dialog.getByText('Delete "One"?')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(instances.dialog).toBeHidden();

  // While somebody types, the key belongs to the text.
  await instances.searchField.fill('Two');
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  await expect(instances.searchField).toHaveValue('wo');
  await expect(instances.dialog).toBeHidden();
});

test('002-G4 Ctrl+1 to 9 choose the active instance, Ctrl+0 none', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'One' }, { name: 'Two' }, { name: 'Three', started: false });
  const active = switcher(page);
  await instancesPage(page).open(studio.ready.studio);
  await instancesPage(page).expectHealth('Two', 'healthy');
  await page.keyboard.press('Control+2');
  await active.expectActive('Two');
  await page.keyboard.press('Control+1');
  await active.expectActive('One');
  // One that does not run cannot be chosen, nor one that does not exist.
  await page.keyboard.press('Control+3');
  await page.keyboard.press('Control+9');
  await active.expectActive('One');
  await page.keyboard.press('Control+0');
  await active.expectActive('Balanced');
  await active.open();
  await expect(active.option('One')).toContainText('Ctrl+1');
});

test('002-G5 F5 refreshes the status without loading the page again', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'One', started: false });
  await instancesPage(page).open(studio.ready.studio);
  await expect(instancesPage(page).card('One')).toBeVisible();
  await page.evaluate(() => Reflect.set(window, 'stillHere', true));
  await page.keyboard.press('F5');
  await expect(page.getByText('Status refreshed.')).toBeVisible();
  expect(await page.evaluate(() => Reflect.get(window, 'stillHere'))).toBe(true);
});

test('002-G every shortcut stands in the settings', async ({ page, studio }) => {
  await page.goto(`${studio.ready.studio}/#/settings?section=shortcuts`);
  for (const [command, keys] of [
    ['Open instances', 'Ctrl+I'],
    ['New instance', 'Ctrl+Shift+N'],
    ['Edit the focused instance', 'Ctrl+E'],
    ['Delete the focused instance', 'Delete'],
    ['Refresh status', 'F5'],
    ['Balance over all instances', 'Ctrl+0'],
  ] as const) {
    const row = page.getByRole('listitem').filter({ hasText: command });
    await expect(row).toContainText(keys);
  }
  await expect(page.getByText(/Ctrl\+1 to 9/)).toBeVisible();
});
