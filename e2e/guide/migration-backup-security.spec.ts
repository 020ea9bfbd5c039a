import { readFile } from 'node:fs/promises';
import { expect, test } from '../hosts/guide-test.ts';
import { quickPrompt } from '../hosts/job-fixtures.ts';
import { instanceDialog } from '../pages/instance-dialog.ts';
import { instancesPage } from '../pages/instances-page.ts';
import { settingsPage } from '../pages/settings-page.ts';

test.use({ chapter: 'backup and security' });

const secret = 'hunter2-and-more-of-it';

test('002-H3 instances are exported without secrets, brought in again without a clash, and the way back is one click', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make({ name: 'One', started: false }, { name: 'Two', started: false });
  await fleet.call('instances.create', {
    draft: { name: 'Elsewhere', kind: 'remote', url: 'https://gpu.example:8188', authentication: { type: 'bearer' } },
    secret,
  });
  const settings = settingsPage(page);
  await settings.open(studio.ready.studio, 'Export and import');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save file' }).click(),
  ]);
  const path = await download.path();
  const text = await readFile(path, 'utf8');
  for (const name of ['One', 'Two', 'Elsewhere']) expect(text).toContain(`"${name}"`);
  expect(text).not.toContain(secret);

  const drop = async (): Promise<void> => {
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'export.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  };
  await drop();
  await expect(page.getByText('3 unchanged')).toBeVisible();
  await expect(page.getByText('Nothing would change: everything is here already.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Nothing to import' })).toBeDisabled();
  await page.getByRole('button', { name: 'Choose another file' }).click();

  const { configuration } = await fleet.get('One');
  await fleet.call('instances.update', { instanceId: configuration.id, changes: { description: 'changed since' } });
  await fleet.call('instances.delete', { instanceId: (await fleet.get('Two')).configuration.id });
  await drop();
  await expect(page.getByText('1 new')).toBeVisible();
  await expect(page.getByText('1 changed')).toBeVisible();
  await page.getByRole('button', { name: 'Import 2 instances' }).click();
  await expect(page.getByText('1 instance was created.')).toBeVisible();
  expect((await fleet.get('One')).configuration.description).toBe('');
  expect((await fleet.get('Two')).configuration.name).toBe('Two');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('The import was taken back.')).toBeVisible();
  expect((await fleet.get('One')).configuration.description).toBe('changed since');
  expect((await fleet.call('instances.list', {})).instances).toHaveLength(2);

  await page
    .getByRole('navigation', { name: 'Sections of the settings' })
    .getByRole('link', { name: 'Earlier states' })
    .click();
  await expect(page.getByText('Before an import').first()).toBeVisible();
});

test('002-H4 paths that climb or are not absolute, readable secrets and open addresses are pointed out', async ({
  page,
  studio,
}) => {
  await instancesPage(page).open(studio.ready.studio);
  const form = instanceDialog(page);
  await form.openNew();
  await form.field('Name').fill('Careless');
  await form.field('Host').fill('0.0.0.0');
  await form.expectFinding('Other machines can reach this instance, and ComfyUI has no log-in.');
  await form.show('Resources');
  await form.field('Custom nodes path').fill('nodes');
  await form.expectFinding('Custom nodes path must be an absolute path');
  await form.field('Custom nodes path').fill('/opt/nodes/../../etc');
  await form.expectFinding('Custom nodes path must not contain ".."');
  await form.show('Environment variables');
  await form.button('Add variable').click();
  await form.variable('Name').fill('CIVITAI_API_KEY');
  await form.variable('Value').fill(secret);
  await form.expectFinding('CIVITAI_API_KEY looks like a secret.');
  await form.show('Advanced');
  await expect(form.dialog.getByText(secret)).toHaveCount(0);
});

test('002-H5 the diagnostics bundle holds configurations, logs and the system, and no secret', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make({ name: 'Logged', environmentVariables: { CIVITAI_API_KEY: secret } });
  const { id: jobId } = await fleet.call('jobs.submit', { prompt: quickPrompt(), title: 'one' });
  await expect.poll(async () => (await fleet.call('jobs.get', { jobId })).state).toBe('succeeded');
  const settings = settingsPage(page);
  await settings.open(studio.ready.studio, 'Diagnostics');
  await page.getByRole('button', { name: 'Look at its contents' }).click();
  const files = page.getByRole('list', { name: 'Files of the bundle' }).getByRole('button');
  await expect(files.first()).toBeVisible();
  const names = (await files.allInnerTexts()).map((name) => name.split('\n')[0] ?? '');
  for (const wanted of [/instances/, /settings/, /gpus|system|machine/, /log/]) {
    expect(
      names.some((name) => wanted.test(name)),
      String(wanted),
    ).toBe(true);
  }
  let texts = '';
  for (const name of names) {
    await files.filter({ hasText: name }).first().click();
    texts += await page.getByLabel(`Contents of ${name}`).innerText();
  }
  expect(texts).toContain('Logged');
  expect(texts).toContain('got prompt');
  expect(texts).not.toContain(secret);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save bundle' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  const archive = await readFile(await download.path());
  expect(archive.subarray(0, 2).toString()).toBe('PK');
  expect(archive.includes(secret)).toBe(false);
});

test('002-H5 each instance has its own log, which is searched and followed', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'Logged' }, { name: 'Quiet' });
  const instanceId = (await fleet.get('Logged')).configuration.id;
  await instancesPage(page).open(studio.ready.studio);
  await instancesPage(page).card('Logged').getByRole('link', { name: 'Logged', exact: true }).click();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await expect(page.getByText(/To see the GUI go to/)).toBeVisible();
  await fleet.call('jobs.submit', { prompt: quickPrompt(), title: 'one', instanceId });
  await expect(page.getByText(/got prompt/)).toBeVisible();
  await instancesPage(page).open(studio.ready.studio);
  await instancesPage(page).card('Quiet').getByRole('link', { name: 'Quiet', exact: true }).click();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await expect(page.getByText(/To see the GUI go to/)).toBeVisible();
  await expect(page.getByText(/got prompt/)).toHaveCount(0);
});
