import { expect, test } from './hosts/studio-test.ts';
import { instancesPage } from './pages/instances-page.ts';

test.describe('a studio without instances', () => {
  test('leads from the empty page to a running instance', async ({ page, studio }) => {
    const instances = instancesPage(page);
    await instances.open(studio.ready.studio);
    await expect(page.getByText('No instances found')).toBeVisible();
    await page.getByRole('button', { name: 'Create your first instance' }).click();
    await instances.describeSandbox('First card');
    await instances.dialog.getByRole('button', { name: 'Create instance' }).click();
    await expect(instances.dialog).toBeHidden();
    await instances.expectStatus('First card', 'Stopped');
    await instances.act('First card', 'Start');
    await instances.expectStatus('First card', 'Running');
    await expect(instances.card('First card').getByLabel('Health: healthy')).toBeVisible();
    await instances.act('First card', 'Stop');
    await instances.expectStatus('First card', 'Stopped');
  });
});

test.describe('a fleet of two', () => {
  test.use({ studioArguments: ['--sandbox', '2'] });

  test('shows what each card can do, and asks before it deletes', async ({ page, studio }) => {
    const instances = instancesPage(page);
    await instances.open(studio.ready.studio);
    await expect(page.getByText('2 of 2 instances')).toBeVisible();
    await instances.act('Sandbox 1', 'Pause');
    await instances.expectStatus('Sandbox 1', 'Paused');
    await instances.act('Sandbox 1', 'Resume');
    await instances.expectStatus('Sandbox 1', 'Running');

    await instances.act('Sandbox 2', 'Delete');
    await instances.dialog.getByRole('button', { name: 'Cancel' }).click();
    await instances.expectStatus('Sandbox 2', 'Running');
    await instances.act('Sandbox 2', 'Delete');
    await instances.dialog.getByRole('button', { name: /delete/i }).click();
    await expect(instances.card('Sandbox 2')).toBeHidden();
    await expect(page.getByText('1 of 1 instances')).toBeVisible();
  });

  test('finds instances by name, and says when none fits', async ({ page, studio }) => {
    const instances = instancesPage(page);
    await instances.open(studio.ready.studio);
    const search = page.getByPlaceholder('Search by name, id or description');
    await search.fill('sandbox-2');
    await expect(instances.card('Sandbox 1')).toBeHidden();
    await expect(instances.card('Sandbox 2')).toBeVisible();
    await search.fill('nothing like it');
    await expect(page.getByText('No instances match your filters')).toBeVisible();
  });

  test('checks a configuration while it is typed', async ({ page, studio }) => {
    const instances = instancesPage(page);
    await instances.open(studio.ready.studio);
    await page.keyboard.press('Control+Shift+N');
    await instances.describeSandbox('Clash');
    const [first] = studio.ready.instances;
    await instances.dialog.getByLabel('Port', { exact: false }).first().fill(String(first?.port));
    await expect(instances.dialog.getByText(/already used by.*Sandbox 1/)).toBeVisible();
  });

  test('shows a crash within two seconds and the restart that follows', async ({ page, studio }) => {
    const instances = instancesPage(page);
    await instances.open(studio.ready.studio);
    await instances.expectStatus('Sandbox 1', 'Running');
    process.kill(Number(studio.ready.instances[0]?.pid), 'SIGKILL');
    await instances.expectStatus('Sandbox 1', 'Waiting to restart', 2000);
    await instances.expectStatus('Sandbox 1', 'Running');
  });

  test('chooses the active instance by key and by star', async ({ page, studio }) => {
    const instances = instancesPage(page);
    await instances.open(studio.ready.studio);
    await page.keyboard.press('Control+1');
    await expect(page.getByText('2 of 2 instances · Active: Sandbox 1')).toBeVisible();
    await instances.act('Sandbox 2', 'Set active');
    await expect(page.getByText('2 of 2 instances · Active: Sandbox 2')).toBeVisible();
    await page.keyboard.press('Control+0');
    await expect(page.getByText('2 of 2 instances · Balanced over all running instances')).toBeVisible();
  });

  test('comes back to the instances from anywhere with Ctrl+I', async ({ page, studio }) => {
    const instances = instancesPage(page);
    await page.goto(`${studio.ready.studio}/#/settings`);
    await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
    await expect(instances.heading).toBeHidden();
    await page.keyboard.press('Control+i');
    await expect(instances.heading).toBeVisible();
  });

  test('shows the log of an instance as it grows', async ({ page, studio }) => {
    const instances = instancesPage(page);
    await instances.open(studio.ready.studio);
    await instances.act('Sandbox 1', 'Logs');
    await expect(instances.dialog.getByText(/To see the GUI go to/)).toBeVisible();
    await fetch(`http://127.0.0.1:${studio.ready.instances[0]?.port}/prompt`, {
      method: 'POST',
      body: JSON.stringify({
        prompt: {
          1: { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } },
          2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
        },
      }),
    });
    await expect(instances.dialog.getByText(/got prompt/)).toBeVisible();
  });
});
