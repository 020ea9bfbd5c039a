import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../hosts/guide-test.ts';
import { instancesPage } from '../pages/instances-page.ts';

test.use({ chapter: 'panel and cards' });

const smallPrompt = {
  1: { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 255 } },
  2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
};

/** What the page would show when so much time had gone by. */
const letTimeGoBy = (page: Page, milliseconds: number): Promise<void> =>
  page.clock.setFixedTime(Date.now() + milliseconds);

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test('002-A1 the panel has its title, a grid of cards, and a button for a new instance', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make({ name: 'First', started: false }, { name: 'Second', started: false });
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  await expect(instances.cards).toHaveCount(2);
  const [first, second] = await Promise.all(['First', 'Second'].map((name) => instances.card(name).boundingBox()));
  expect(second?.y).toBe(first?.y);
  expect(second?.x).toBeGreaterThan(first?.x ?? Number.POSITIVE_INFINITY);
  expect(second?.height).toBe(first?.height);
  await page.getByRole('button', { name: 'New instance' }).click();
  await expect(instances.dialog.getByRole('heading', { name: 'New instance' })).toBeVisible();
});

test('002-A2 002-A3 a card says what it is, how it is, what it has done and what it does', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make({ name: 'Portraits', description: 'Faces in soft light' });
  const { configuration, endpoint } = await fleet.get('Portraits');
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  const card = instances.card('Portraits');
  await instances.expectStatus('Portraits', 'Running');
  await instances.expectHealth('Portraits', 'healthy');
  const address = card.getByRole('button', { name: `Copy ${endpoint}` });
  await expect(address.getByText(`127.0.0.1:${configuration.port}`, { exact: true })).toBeVisible();
  for (const action of ['Stop', 'Edit', 'Delete', 'Set active']) {
    await expect(card.getByRole('button', { name: action, exact: true })).toBeVisible();
  }
  await expect(card.getByText('0 jobs')).toBeVisible();
  await expect(card.getByText('never used')).toBeVisible();
  await card.getByRole('link', { name: 'Portraits' }).hover();
  const hint = page.getByRole('tooltip').filter({ hasText: configuration.id });
  await expect(hint).toContainText('Faces in soft light');

  await fleet.call('jobs.submit', { prompt: smallPrompt, title: 'one' });
  await expect(card.getByText('1 job', { exact: true })).toBeVisible();
  await expect(card.getByText(/^100\s%$/)).toBeVisible();
  await expect(card.getByText('used just now')).toBeVisible();
  await expect(card.getByText(/^\d+\sms$/)).toBeVisible();
  await expect(card.getByText(/^CPU \d+\s%$/)).toBeVisible();
  await expect(card.getByText(/^RAM \d+\.?\d*\s[MG]B$/)).toBeVisible();
  await expect(card.getByText('queue 0')).toBeVisible();
  await expect(card.getByRole('meter', { name: 'VRAM' })).toHaveAttribute('aria-valuetext', /\/ 24\.0\sGB/);
  await expect(card.getByText('Last result: one')).toBeVisible();

  await card.getByRole('button', { name: 'Set active' }).click();
  await expect(page.getByRole('article', { name: 'Portraits, Active instance' })).toBeVisible();
});

test('002-A3 an instance on a card of the machine names it, and one that fails shows why', async ({
  page,
  studio,
  fleet,
}, testInfo) => {
  const comfyuiFolder = testInfo.outputPath('ComfyUI');
  await mkdir(comfyuiFolder, { recursive: true });
  await writeFile(join(comfyuiFolder, 'main.py'), '');
  await fleet.make(
    { name: 'On the 3080', program: 'comfyui', comfyuiFolder, gpuDevice: 'cuda:1', started: false },
    { name: 'Broken', switches: ['--fault-exit-during-start', '2'], started: false },
  );
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  const onCard = instances.card('On the 3080');
  await expect(onCard.getByText(/RTX 3080 · GPU 1/)).toBeVisible();
  await instances.act('Broken', 'Start');
  await instances.expectStatus('Broken', 'Error');
  const trouble = instances.card('Broken').getByRole('status');
  await expect(trouble).toContainText(/\w{3,}/);
  await expect(trouble.getByRole('button', { name: 'Show log' })).toBeVisible();
  await expect(instances.card('Broken').getByRole('button', { name: 'Retry' })).toBeVisible();
});

test('002-A4 the uptime and the last use are told in two units at most', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'Old' });
  await fleet.call('jobs.submit', { prompt: smallPrompt, title: 'one' });
  const instances = instancesPage(page);
  await letTimeGoBy(page, 0);
  await instances.open(studio.ready.studio);
  const card = instances.card('Old');
  await expect(card.getByText('used just now')).toBeVisible();
  await expect(card.getByText(/^up \d+\ss$/)).toBeVisible();
  await letTimeGoBy(page, 5 * minute);
  await expect(card.getByText(/^up 5\sm \d+\ss$/)).toBeVisible();
  await expect(card.getByText(/^used 5\sm ago$/)).toBeVisible();
  await letTimeGoBy(page, 3 * hour + 12 * minute);
  await expect(card.getByText(/^up 3\sh 12\sm$/)).toBeVisible();
  await expect(card.getByText(/^used 3\sh ago$/)).toBeVisible();
  await letTimeGoBy(page, 2 * day + 4 * hour);
  await expect(card.getByText(/^up 2\sd 4\sh$/)).toBeVisible();
  await expect(card.getByText(/^used 2\sd ago$/)).toBeVisible();
});

test('002-A5 002-A6 a card offers what makes sense now, and does it', async ({ page, studio, fleet }) => {
  await fleet.settings({ probeIntervalMs: 1000, unhealthyAfterFailures: 20 });
  await fleet.make({ name: 'One', started: false });
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  const offered = async (): Promise<string[]> => {
    const asked = ['Start', 'Stop', 'Resume', 'Set active', 'Clear active', 'Edit', 'Delete'];
    const shown = await Promise.all(
      asked.map((name) => instances.card('One').getByRole('button', { name, exact: true }).count()),
    );
    return asked.filter((_name, index) => shown[index] === 1);
  };
  await instances.expectStatus('One', 'Stopped');
  expect(await offered()).toEqual(['Start', 'Edit', 'Delete']);
  await instances.act('One', 'Start');
  await instances.expectHealth('One', 'healthy');
  expect(await offered()).toEqual(['Stop', 'Set active', 'Edit', 'Delete']);
  await instances.act('One', 'Pause');
  await instances.expectStatus('One', 'Paused');
  expect(await offered()).toEqual(['Stop', 'Resume', 'Edit', 'Delete']);
  await instances.act('One', 'Resume');
  await instances.expectStatus('One', 'Running');
  await instances.act('One', 'Set active');
  await expect.poll(offered).toEqual(['Stop', 'Clear active', 'Edit', 'Delete']);
  await instances.act('One', 'Clear active');
  await expect.poll(offered).toEqual(['Stop', 'Set active', 'Edit', 'Delete']);
  await fleet.fault('One', 'http-500');
  await instances.expectHealth('One', 'degraded');
  expect(await offered()).toEqual(['Stop', 'Edit', 'Delete']);
  await fleet.fault('One', 'http-answer');

  await instances.act('One', 'Edit');
  await expect(instances.dialog.getByRole('heading', { name: 'Edit One' })).toBeVisible();
  await instances.dialog.getByRole('button', { name: 'Cancel' }).click();
  await instances.act('One', 'Stop');
  await instances.expectStatus('One', 'Stopped');
  await instances.act('One', 'Delete');
  await expect(instances.dialog.getByText('Delete "One"?')).toBeVisible();
  await instances.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(instances.card('One')).toBeVisible();
  await instances.act('One', 'Delete');
  await instances.dialog.getByRole('button', { name: 'Delete instance' }).click();
  await expect(instances.card('One')).toBeHidden();
});

test('002-A7 002-A8 002-A9 filters by status, health and text, says how many are left, and shows the way back', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make(
    { name: 'Portraits', description: 'Faces in soft light' },
    { name: 'Landscapes', started: false },
    { name: 'Batch', id: 'night-shift', started: false },
  );
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  const names = async (): Promise<string[]> =>
    (
      await instances.cards.evaluateAll((cards) => cards.map((card) => card.getAttribute('aria-label') ?? ''))
    ).toSorted();
  const summary = page.getByText(/of 3 instances/);
  await expect(summary).toHaveText('3 of 3 instances · Balanced over all running instances');
  expect(await instances.filterWords('Status')).toEqual([
    'All statuses',
    'Stopped',
    'Starting',
    'Running',
    'Paused',
    'Stopping',
    'Error',
  ]);
  expect(await instances.filterWords('Health')).toEqual(['All healths', 'Healthy', 'Degraded', 'Unhealthy']);

  await instances.filter('Status', 'Stopped');
  await expect.poll(names).toEqual(['Batch', 'Landscapes']);
  await expect(summary).toHaveText('2 of 3 instances · Balanced over all running instances');
  await page.reload();
  await expect.poll(names).toEqual(['Batch', 'Landscapes']);
  await instances.filter('Status', 'All statuses');
  await instances.filter('Health', 'Healthy');
  await expect.poll(names).toEqual(['Portraits']);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect.poll(names).toEqual(['Batch', 'Landscapes', 'Portraits']);
  for (const [text, found] of [
    ['LANDSC', 'Landscapes'],
    ['Night-Shift', 'Batch'],
    ['SOFT light', 'Portraits'],
  ] as const) {
    await instances.searchField.fill(text);
    await expect.poll(names).toEqual([found]);
  }
  await instances.searchField.fill('nothing like it');
  await expect(page.getByText('No instances match your filters')).toBeVisible();
  await expect(page.getByText('Change the search text, the status or the health to see more.')).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).last().click();
  await expect.poll(names).toEqual(['Batch', 'Landscapes', 'Portraits']);
  await instances.act('Portraits', 'Set active');
  await expect(summary).toHaveText('3 of 3 instances · Active: Portraits');
});

test('002-A9 loads with placeholders, then says that there is none, or that it could not be loaded', async ({
  page,
  studio,
  fleet,
}) => {
  expect((await fleet.call('instances.list', {})).instances).toEqual([]);
  let letThrough = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await page.routeWebSocket(/.*/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage(async (message) => {
      await held;
      socket.send(message);
    });
  });
  await page.goto(`${studio.ready.studio}/#/instances`);
  await expect(page.getByRole('status', { name: 'Loading instances' })).toBeVisible();
  letThrough();
  await expect(page.getByText('No instances found')).toBeVisible();
  await page.getByRole('button', { name: 'Create your first instance' }).click();
  await expect(page.getByRole('dialog').getByRole('heading', { name: 'New instance' })).toBeVisible();
});

test('002-A10 what others change shows by itself, on the cards and in the switcher', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make({ name: 'One' });
  const { configuration } = await fleet.get('One');
  const instanceId = configuration.id;
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  await instances.expectStatus('One', 'Running');
  await fleet.call('instances.setActive', { instanceId });
  await expect(page.getByRole('button', { name: 'Active instance: One' })).toContainText('healthy');
  await fleet.call('instances.update', { instanceId, changes: { name: 'Renamed' } });
  await expect(page.getByRole('button', { name: 'Active instance: Renamed' })).toBeVisible();
  await fleet.call('instances.pause', { instanceId });
  await instances.expectStatus('Renamed', 'Paused');
  await fleet.call('instances.delete', { instanceId });
  await expect(page.getByText('No instances found')).toBeVisible();
});

test('a link that is followed while the first page still looks leads where it says', async ({ page, studio }) => {
  let answer = (): void => undefined;
  let arrive = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.routeWebSocket(/.*/, (socket) => {
    socket.connectToServer().onMessage(async (message) => {
      await answered;
      socket.send(message);
    });
  });
  const asked = page.waitForRequest(/settings-page/);
  await page.route(/settings-page/, async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(studio.ready.studio);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click();
  await asked;
  answer();
  await expect(page.getByRole('link', { name: 'Open the queue' })).toContainText('No work');
  await expect(page.getByRole('button', { name: 'Active instance: Balanced' })).toBeVisible();
  arrive();
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  expect(new URL(page.url()).hash).toMatch(/^#\/settings/);
});
