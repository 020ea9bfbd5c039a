import type { Page } from '@playwright/test';
import { callStudio } from '../test/studio-client.ts';
import { expect, test } from './hosts/studio-test.ts';

const innerOf = (page: Page) => page.frameLocator('iframe').frameLocator('iframe').locator('body');

test.use({ studioArguments: ['--sandbox', '2', '--sandbox-clock', '20'] });

test('the page of an instance stands inside the studio, goes with it, and comes back by itself', async ({
  page,
  studio,
}) => {
  const [first] = (await callStudio(studio, 'instances.list', {})).instances;
  if (first === undefined) throw new Error('the sandbox has instances');
  const { id: instanceId, name } = first.configuration;
  await page.goto(`${studio.ready.studio}/#/view/${instanceId}`);
  await expect(innerOf(page)).toContainText(/\S/);

  await callStudio(studio, 'instances.stop', { instanceId });
  await expect(page.getByRole('heading', { name: `${name}: Stopped` })).toBeVisible();
  await page.getByRole('button', { name: 'Start instance' }).click();
  await expect(innerOf(page)).toContainText(/\S/);

  await page.getByRole('combobox', { name: 'Whose page is shown' }).click();
  await page.getByRole('option', { name: 'All as one (gateway)' }).click();
  await expect(page).toHaveURL(/\/view\/gateway$/);
  await expect(innerOf(page)).toContainText(/\S/);
});

test('the page that frames one may frame no other address', async ({ studio }) => {
  const answer = await fetch(`${studio.ready.studio}/frames/gateway`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/frame-src http:\/\/127\.0\.0\.1:\d+;/);
  expect(policy).toContain("default-src 'none'");
  expect((await fetch(`${studio.ready.studio}/frames/nobody`)).status).toBe(404);
});
