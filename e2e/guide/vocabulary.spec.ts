import type { Locator } from '@playwright/test';
import { expect, test } from '../hosts/guide-test.ts';
import { instancesPage } from '../pages/instances-page.ts';

test.use({ chapter: 'vocabulary' });

type Colour = 'green' | 'yellow' | 'orange' | 'red' | 'grey' | 'other';

/** The colour of a word as a person would name it. */
const colourOf = async (word: Locator): Promise<Colour> => {
  const [red = 0, green = 0, blue = 0] = await word.evaluate((element) =>
    (getComputedStyle(element).color.match(/[\d.]+/g) ?? []).map((part) => Number(part) / 255),
  );
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (spread < 0.2 * most) return 'grey';
  const sixths =
    most === red ? (green - blue) / spread : most === green ? 2 + (blue - red) / spread : 4 + (red - green) / spread;
  const hue = (sixths * 60 + 360) % 360;
  if (hue < 14 || hue > 345) return 'red';
  if (hue < 40) return 'orange';
  if (hue < 70) return 'yellow';
  return hue > 90 && hue < 170 ? 'green' : 'other';
};

/** Takes its time to stop. */
const deaf = ['--fault-ignore-sigint', '--fault-ignore-sigterm'];

const legend = [
  { status: 'Stopping', colour: 'yellow', shape: 'ring' },
  { status: 'Stopped', colour: 'grey', shape: 'hollow' },
  { status: 'Starting', colour: 'yellow', shape: 'ring' },
  { status: 'Running', colour: 'green', shape: 'disc' },
  { status: 'Paused', colour: 'orange', shape: 'bars' },
  { status: 'Error', colour: 'red', shape: 'triangle' },
] as const;

test('002-B1 002-B3 002-B4 each status has its word, its colour and its shape, in both themes', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.make(
    { name: 'Stopped one', started: false },
    { name: 'Starting one', switches: ['--fault-slow-start', '600'], started: false },
    { name: 'Running one' },
    { name: 'Paused one' },
    { name: 'Stopping dark', switches: deaf },
    { name: 'Stopping light', switches: deaf },
    { name: 'Error one', switches: ['--fault-exit-during-start', '2'], started: false },
  );
  const id = async (name: string) => ({ instanceId: (await fleet.get(name)).configuration.id });
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  await instances.act('Error one', 'Start');
  await instances.expectStatus('Error one', 'Error');
  await instances.act('Starting one', 'Start');
  await fleet.call('instances.pause', await id('Paused one'));
  await instances.expectStatus('Paused one', 'Paused');
  for (const theme of ['dark', 'light'] as const) {
    if (theme === 'light') await page.getByRole('button', { name: 'Switch to light' }).click();
    await instances.act(`Stopping ${theme}`, 'Stop');
    for (const { status, colour, shape } of legend) {
      const card = instances.card(status === 'Stopping' ? `Stopping ${theme}` : `${status} one`);
      const word = card.getByText(status, { exact: true });
      await expect(word, `${status}, ${theme}`).toBeVisible();
      expect(await colourOf(word), `${status}, ${theme}`).toBe(colour);
      const glyph = card.locator('[data-shape]').first();
      await expect(glyph, `${status}, ${theme}`).toHaveAttribute('data-shape', shape);
      expect(await colourOf(glyph), `${status}, ${theme}`).toBe(colour);
    }
  }
});

test('002-B2 002-B3 each health has its word and its colour, in both themes', async ({ page, studio, fleet }) => {
  await fleet.settings({ probeIntervalMs: 1000, unhealthyAfterFailures: 3 });
  await fleet.make({ name: 'Well' }, { name: 'Unwell' });
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  await fleet.fault('Unwell', 'http-500');
  await instances.expectHealth('Unwell', 'unhealthy');
  await instances.expectStatus('Unwell', 'Running');
  await fleet.settings({ unhealthyAfterFailures: 20 });
  await fleet.make({ name: 'So so' });
  await fleet.fault('So so', 'http-500');
  await instances.expectHealth('So so', 'degraded');
  for (const theme of ['dark', 'light'] as const) {
    if (theme === 'light') await page.getByRole('button', { name: 'Switch to light' }).click();
    for (const [name, health, colour] of [
      ['Well', 'healthy', 'green'],
      ['So so', 'degraded', 'yellow'],
      ['Unwell', 'unhealthy', 'red'],
    ] as const) {
      const badge = instances.card(name).getByLabel(`Health: ${health}`);
      await expect(badge, theme).toHaveText(health);
      expect(await colourOf(badge), `${health}, ${theme}`).toBe(colour);
    }
  }
});
