import { join } from 'node:path';
import { expect, test } from './hosts/studio-test.ts';

const workflow = (name: string): string => join(import.meta.dirname, '..', 'resources', 'workflows', `${name}.json`);
const text = (name: string, content: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from(content) });

test.use({ studioArguments: ['--sandbox', '2', '--sandbox-clock', '20'] });

test('runs a dropped workflow several times over both cards and shows the pictures', async ({ page, studio }) => {
  await page.goto(studio.ready.studio);
  await page.getByRole('link', { name: 'Run', exact: true }).click();
  await page.locator('input[type=file]').first().setInputFiles(workflow('text-to-image'));
  await page.getByLabel('How often').fill('4');
  await page.getByRole('button', { name: 'Run 4 times' }).click();
  await expect(page.getByText('4 of 4 done')).toBeVisible();
  const pictures = page.getByRole('region', { name: 'Runs' }).locator('img');
  await expect(pictures).toHaveCount(4);
  for (const picture of await pictures.all()) {
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(512);
  }
  const listed = await fetch(`${studio.ready.studio}/api/jobs/list`, { method: 'POST', body: '{}' });
  const { jobs }: { jobs: { instanceId: string; state: string }[] } = JSON.parse(await listed.text());
  expect(jobs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
  expect(new Set(jobs.map(({ instanceId }) => instanceId))).toEqual(new Set(['sandbox-1', 'sandbox-2']));
});

test('sends the picture that a workflow loads along with it', async ({ page, studio }) => {
  await page.goto(`${studio.ready.studio}/#/run`);
  await page.getByRole('button', { name: 'Image to image' }).click();
  await expect(page.getByText(/of the input folder/)).toBeVisible();
  const picture = join(import.meta.dirname, 'assets', 'input.png');
  await page.locator('input[type=file]').last().setInputFiles(picture);
  await expect(page.getByText('input.png · Ready')).toBeVisible();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText('1 of 1 done')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Runs' }).locator('img')).toHaveCount(1);
});

test.describe('what cannot be run is refused with what to do', () => {
  const cases = [
    { what: 'no JSON', file: text('broken.json', '{"1": '), says: /not JSON|no JSON|JSON/ },
    {
      what: 'the editor format',
      file: text('editor.json', '{"nodes": [], "links": []}'),
      says: /Export \(API\)|API format/,
    },
    { what: 'another JSON file', file: text('package.json', '{"name": "x"}'), says: /workflow/ },
  ];
  for (const { what, file, says } of cases) {
    test(what, async ({ page, studio }) => {
      await page.goto(`${studio.ready.studio}/#/run`);
      await page.locator('input[type=file]').first().setInputFiles(file);
      await expect(page.getByText('This file cannot be run')).toBeVisible();
      await expect(page.getByRole('alert').filter({ hasText: says })).toBeVisible();
    });
  }
});

test('shows which node failed, and why', async ({ page, studio }) => {
  await page.goto(`${studio.ready.studio}/#/run`);
  const prompt = {
    1: { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } },
    2: { class_type: 'SaveImage', inputs: { filename_prefix: 'x' } },
  };
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(text('bad.json', JSON.stringify(prompt)));
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText('SaveImage (node 2)')).toBeVisible();
  await expect(page.getByText(/Required input is missing/)).toBeVisible();
});

test('cancels a running job', async ({ page, studio, dataFolder }) => {
  expect(dataFolder).toBeTruthy();
  await fetch(`${studio.ready.studio}/api/instances/update`, {
    method: 'POST',
    body: JSON.stringify({ instanceId: 'sandbox-1', changes: { sandbox: { clock: 0.2 } } }),
  });
  await fetch(`${studio.ready.studio}/api/instances/setActive`, {
    method: 'POST',
    body: JSON.stringify({ instanceId: 'sandbox-1' }),
  });
  await page.goto(studio.ready.studio);
  await page
    .getByRole('article', { name: /^Sandbox 1/ })
    .getByRole('button', { name: 'Actions for Sandbox 1' })
    .click();
  await page.getByRole('menuitem', { name: 'Restart' }).click();
  const card = page.getByRole('article', { name: /^Sandbox 1/ });
  await expect(card.getByText('Running', { exact: true })).toBeHidden();
  await expect(card.getByText('Running', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Run', exact: true }).click();
  await page.locator('input[type=file]').first().setInputFiles(workflow('text-to-image'));
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('region', { name: 'Runs' }).getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('region', { name: 'Runs' }).getByText('Cancelled')).toBeVisible();
});
