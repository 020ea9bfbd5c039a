import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { makeRunnable } from '../test/migration/node-comfyui.ts';
import { fingerprint, makeOldInstall, studioFingerprint } from '../test/migration/old-install.ts';
import { planOf, seededRunId, seedRun } from '../test/migration/seeded-run.ts';
import { expect, test } from './hosts/newcomer-test.ts';
import { instancesPage } from './pages/instances-page.ts';
import { migrationPage } from './pages/migration-page.ts';

test.setTimeout(180_000);

/** A checkout in the home folder, as `git clone` leaves it; its program runs here because its Python is Node. */
const furnishCheckout = (folder: string): void => {
  const root = makeOldInstall(folder);
  makeRunnable(root);
  mkdirSync(join(root, '.git', 'refs', 'heads'), { recursive: true });
  writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/heads/master\n');
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** What axe finds on the page within the frame, in both themes. */
const faultsOf = async (page: Page): Promise<string[]> => {
  const faults: string[] = [];
  for (const scheme of ['light', 'dark']) {
    await page.evaluate((name) => document.documentElement.setAttribute('data-mantine-color-scheme', name), scheme);
    // A tone that is on its way to another is neither.
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
    const { violations } = await new AxeBuilder({ page }).include('main').analyze();
    faults.push(...violations.map(({ id, nodes }) => `${scheme}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`));
  }
  return faults;
};

test.describe('a person with one ComfyUI and two GPUs', () => {
  test.use({ furnish: { fill: furnishCheckout } });

  test('002-H1 is led from the first start to one instance on each card, and back by one click', async ({
    page,
    studio,
    home,
    dataFolder,
  }) => {
    const wizard = migrationPage(page);
    const root = join(home, 'ComfyUI');
    const before = fingerprint(home, { times: true });
    await page.goto(studio.ready.studio);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('You have 2 GPUs: run one ComfyUI on each.');
    await expect(wizard.finding(root)).toContainText('3 model files');
    await expect(wizard.finding(root)).toContainText('ComfyUI 0.33.0');
    await wizard.chooseOnly(root);
    expect(await faultsOf(page)).toEqual([]);
    await wizard.seePlan();

    await expect(page.getByLabel('Name: Legacy Instance')).toHaveValue('Legacy Instance');
    await expect(page.getByRole('combobox', { name: 'GPU: Legacy Instance' })).toHaveValue('GPU 0 · RTX 4090');
    const second = page.getByRole('textbox', { name: /^Name: .*RTX 3080/ });
    await second.fill('Night shift');
    const folders = page.getByRole('table', { name: 'Folders of Legacy Instance' });
    await expect(folders.getByRole('row', { name: /^Models/ })).toContainText('stays, is read');
    await expect(folders.getByRole('row', { name: /^Workflows and settings/ })).toContainText('copied');
    await expect(page.getByRole('radio', { name: 'Night shift' })).toBeAttached();
    expect(await faultsOf(page)).toEqual([]);
    await wizard.apply();
    await wizard.expectState('Done');
    expect(await faultsOf(page)).toEqual([]);
    expect(await wizard.verified()).toEqual([
      ['Legacy Instance', '3', '3', 'made'],
      ['Night shift', '3', '3', 'made'],
    ]);
    expect(fingerprint(home, { times: true })).toEqual(before);

    const instances = instancesPage(page);
    await page.getByRole('link', { name: 'See the instances' }).click();
    await instances.expectStatus('Legacy Instance', 'Running');
    await instances.expectStatus('Night shift', 'Running');
    await expect(page.getByText(/Active: Legacy Instance/)).toBeVisible();

    await page.goto(`${studio.ready.studio}/#/settings?section=migrations`);
    await expect(page.getByText('in place', { exact: true })).toBeVisible();
    expect(await faultsOf(page)).toEqual([]);
    await wizard.undo();
    await expect(page.getByText('taken back', { exact: true })).toBeVisible({ timeout: 30_000 });
    expect(fingerprint(home, { times: true })).toEqual(before);
    // What a program wrote since is the user's; of what the migration made nothing is left.
    const left = Object.entries(studioFingerprint(dataFolder)).filter(([, what]) => what.startsWith('file'));
    expect(left.map(([path]) => path).filter((path) => !path.endsWith('/comfyui.log'))).toEqual([]);
    await page.getByRole('link', { name: 'Show' }).click();
    await wizard.expectState('Taken back');
    await expect(page.getByText(/is not empty any more and stays/).first()).toBeVisible();
    await page.goto(`${studio.ready.studio}/#/instances`);
    await expect(page.getByText('No instances found')).toBeVisible();
  });

  test('002-H2 changes name, port and start before anything is done, and leaves out what is not wanted', async ({
    page,
    studio,
    home,
  }) => {
    const wizard = migrationPage(page);
    await page.goto(`${studio.ready.studio}/#/migration`);
    await expect(wizard.finding(join(home, 'ComfyUI'))).toBeVisible();
    await wizard.chooseOnly(join(home, 'ComfyUI'));
    await wizard.seePlan();
    const port = await freePort();
    await page.getByRole('checkbox', { name: /^Make .*RTX 3080/ }).uncheck();
    await page.getByLabel('Name: Legacy Instance').fill('Mine');
    await page.getByLabel('Port: Mine').fill(new URL(studio.ready.studio).port);
    await expect(page.getByText('Give it another port.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Bring it in' })).toBeDisabled();
    await page.getByLabel('Port: Mine').fill(String(port));
    await page.getByRole('switch', { name: 'Start now' }).uncheck({ force: true });
    await page.getByRole('switch', { name: 'Start them with Atelier' }).uncheck({ force: true });
    await expect(page.getByText('Give it another port.')).toBeHidden();
    await wizard.apply('Bring it in');
    await wizard.expectState('Done');
    const listed = await fetch(`${studio.ready.studio}/api/instances/list`, { method: 'POST', body: '{}' });
    const {
      instances,
    }: { instances: { status: string; configuration: { name: string; port: number; autoStart: boolean } }[] } =
      JSON.parse(await listed.text());
    expect(instances.map(({ status, configuration }) => ({ status, ...configuration }))).toMatchObject([
      { name: 'Mine', port, autoStart: false, status: 'stopped' },
    ]);
  });
});

test.describe('a studio that ended in the middle of a migration', () => {
  test('001-D3 says so at the next start, goes on where it was, and takes all of it back', async ({
    page,
    folder,
    dataFolder,
    startAgain,
  }) => {
    const wizard = migrationPage(page);
    const root = makeOldInstall(folder);
    const before = fingerprint(join(folder, 'old'), { times: true });
    seedRun(dataFolder, planOf({ dataFolder, root, ports: [await freePort(), await freePort()] }));
    const studio = await startAgain();
    await page.goto(studio.ready.studio);
    await wizard.expectState('It was interrupted');
    expect(page.url()).toContain(seededRunId);
    await page.getByRole('button', { name: 'Go on' }).click();
    await wizard.expectState('Done');
    expect(await wizard.verified()).toEqual([
      ['Legacy Instance', '3', '3', 'made'],
      ['GPU 1', '3', '3', 'made'],
    ]);
    await wizard.undo();
    await wizard.expectState('Taken back');
    expect(fingerprint(join(folder, 'old'), { times: true })).toEqual(before);
  });
});

test('a newcomer comes from nothing to two running instances and ten pictures in a few clicks', async ({
  page,
  studio,
}) => {
  let clicks = 0;
  const startedAt = Date.now();
  const click = async (name: string, role: 'button' | 'link' = 'button'): Promise<void> => {
    clicks += 1;
    await page.getByRole(role, { name }).click();
  };
  await page.goto(studio.ready.studio);
  await click('Start 2 sandbox instances');
  await expect(page.getByText('2 sandbox instances run')).toBeVisible({ timeout: 60_000 });
  await click('Run a workflow', 'link');
  await click('Text to image');
  clicks += 1;
  await page.getByLabel('How often').fill('10');
  await click('Run 10 times');
  await expect(page.getByText('10 of 10 done')).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole('region', { name: 'Runs' }).locator('img')).toHaveCount(10);
  console.log(`newcomer: ${clicks} clicks, ${Math.round((Date.now() - startedAt) / 1000)} s`);
  expect(clicks).toBeLessThanOrEqual(5);
});
