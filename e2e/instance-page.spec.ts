import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './hosts/studio-test.ts';
import { instancePage } from './pages/instance-page.ts';
import { instancesPage } from './pages/instances-page.ts';

test.use({ studioArguments: ['--sandbox', '2'] });

test('leads from a card to what the instance did, with charts that grow', async ({ page, studio }) => {
  const instance = instancePage(page);
  await instancesPage(page).open(studio.ready.studio);
  await page.getByRole('link', { name: 'Sandbox 1', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sandbox 1' })).toBeVisible();
  await expect(instance.chart('RAM')).toBeVisible();
  await expect(instance.chart('RAM').locator('canvas')).toBeVisible();
  await page.getByText('Table', { exact: true }).click();
  await expect(page.getByRole('columnheader', { name: 'Response time' })).toBeVisible();
  await page.getByRole('link', { name: 'Next instance: Sandbox 2' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sandbox 2' })).toBeVisible();
});

test('tells a crash with its cause as it happens', async ({ page, studio }) => {
  const instance = instancePage(page);
  const [first] = studio.ready.instances;
  await instance.open(studio.ready.studio, first?.id ?? '', 'events');
  await expect(instance.event('Ready after').first()).toBeVisible();
  if (first === undefined || first.pid === null) throw new Error('the instance has no process');
  process.kill(first.pid, 'SIGKILL');
  const crash = instance.event('ComfyUI was killed from outside by SIGKILL.');
  await expect(crash).toBeVisible();
  await expect(instance.event('Started by itself after a crash, attempt 2')).toBeVisible();
  await crash.getByRole('button', { name: 'Show what its log said' }).click();
  await expect(crash.getByText(/To see the GUI go to/)).toBeVisible();
});

test('scrolls and searches a log of a million lines', async ({ page, studio, dataFolder }) => {
  const instance = instancePage(page);
  const lines = Array.from({ length: 1_000_000 }, (_, index) => `[INFO] step ${index} of the night`);
  lines[654_321] = '[ERROR] the one that matters';
  await writeFile(join(dataFolder, 'logs', 'comfyui_instance_sandbox-2.log'), `${lines.join('\n')}\n`);
  await instance.open(studio.ready.studio, 'sandbox-2', 'logs');
  const row = (text: string) => instance.log.getByText(text, { exact: true });
  await expect(row('[INFO] step 999999 of the night')).toBeVisible();

  // By the wheel, line by line, though the bar stands for a shorter way.
  await instance.wheel(-180);
  await expect(page.getByRole('button', { name: 'Follow', exact: true })).toBeVisible();
  await expect(row('[INFO] step 999999 of the night')).toBeHidden();
  await expect(row('[INFO] step 999985 of the night')).toBeVisible();

  await instance.log.focus();
  await page.keyboard.press('Home');
  await expect(row('[INFO] step 0 of the night')).toBeVisible();
  await page.keyboard.press('End');
  await expect(row('[INFO] step 999999 of the night')).toBeVisible();

  await instance.search.fill('ONE THAT MATTERS');
  await expect(page.getByText('1 of 1', { exact: true })).toBeVisible();
  await expect(instance.log.getByText('the one that matters')).toBeVisible();
  await expect(row('[INFO] step 654320 of the night')).toBeVisible();
  await instance.search.fill('');
  await page.getByText('Errors', { exact: true }).click();
  await expect(page.getByText(/^1 of 1,000,\d+ lines/)).toBeVisible();
  await expect(instance.log.getByText('[ERROR] the one that matters')).toBeVisible();
});

for (const scheme of ['dark', 'light'] as const) {
  test(`gives a screen reader nothing to stumble over, ${scheme}`, async ({ page, studio }) => {
    // Six looks at whole pages, on a machine that may be busy.
    test.slow();
    await page.addInitScript((value) => localStorage.setItem('mantine-color-scheme-value', value), scheme);
    const instance = instancePage(page);
    await instance.open(studio.ready.studio, 'sandbox-1');
    await expect(instance.chart('RAM').locator('canvas')).toBeVisible();
    const found: string[] = [];
    for (const tab of ['Overview', 'Logs', 'Jobs', 'Configuration', 'Events', 'Files']) {
      await instance.showTab(tab);
      await expect(page.getByRole('tab', { name: tab, exact: true })).toHaveAttribute('aria-selected', 'true');
      await page.waitForLoadState('networkidle');
      const { violations } = await new AxeBuilder({ page }).include('main').analyze();
      found.push(...violations.map(({ id, nodes }) => `${tab}: ${id} ${nodes.map(({ html }) => html).join(' ')}`));
    }
    expect(found).toEqual([]);
  });
}
