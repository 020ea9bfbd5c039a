import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { CallInput, CallName, CallOutput } from '../src/contract/calls/index.ts';
import type { HeadlessStudio } from './hosts/headless-studio.ts';
import { expect, test } from './hosts/studio-test.ts';
import { galleryPage } from './pages/gallery-page.ts';

test.use({ studioArguments: ['--sandbox', '2', '--sandbox-clock', '50'] });

// The trash of whoever runs the journeys is left alone.
const usualHome = process.env['XDG_DATA_HOME'];
let trashHome = '';
test.beforeAll(async () => {
  trashHome = await mkdtemp(join(tmpdir(), 'atelier-trash-'));
  process.env['XDG_DATA_HOME'] = trashHome;
});
test.afterAll(async () => {
  if (usualHome === undefined) delete process.env['XDG_DATA_HOME'];
  else process.env['XDG_DATA_HOME'] = usualHome;
  await rm(trashHome, { recursive: true, force: true });
});

const call = async <Name extends CallName>(
  studio: HeadlessStudio,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name>> => {
  const address = `${studio.ready.studio}/api/${name.replace('.', '/')}`;
  const answer = await fetch(address, { method: 'POST', body: JSON.stringify(input) });
  if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status} ${await answer.text()}`);
  return answer.json();
};

const runJobs = async (studio: HeadlessStudio, titles: readonly string[]): Promise<void> => {
  for (const [index, title] of titles.entries()) {
    const prompt = {
      '1': { class_type: 'EmptyImage', inputs: { width: 96, height: 64, batch_size: 1, color: 4_000_000 * index } },
      '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: `journey-${index}` } },
    };
    await call(studio, 'jobs.submit', { prompt, title });
  }
};

/** The page itself, or what lies over it; the frame has a journey of its own. */
const hasNoFaults = async (page: Page, part: 'main' | '[role="dialog"]' = 'main'): Promise<void> => {
  const { violations } = await new AxeBuilder({ page })
    .include(part)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html)
          .join(' ')
          .slice(0, 300)}`,
    ),
  ).toEqual([]);
};

test('results come as they are made, are looked at, compared, thrown away and brought back', async ({
  page,
  studio,
}) => {
  const gallery = galleryPage(page);
  await gallery.open(studio.ready.studio);
  await expect(page.getByText('No results yet')).toBeVisible();
  await runJobs(studio, ['red morning', 'green noon', 'blue night']);
  await expect(gallery.tiles).toHaveCount(3, { timeout: 30_000 });
  await expect(gallery.tiles.first().locator('img')).toHaveJSProperty('complete', true);
  await expect
    .poll(() =>
      gallery.tiles
        .first()
        .locator('img')
        .evaluate((image: HTMLImageElement) => image.naturalWidth),
    )
    .toBe(96);
  await hasNoFaults(page);

  await gallery.search('noon');
  await expect(gallery.tiles).toHaveCount(1);
  await expect(page).toHaveURL(/search=noon/);
  await gallery.search('');
  await expect(gallery.tiles).toHaveCount(3);

  await gallery.tile(/green noon/).focus();
  await page.keyboard.press('Enter');
  await expect(gallery.view.getByRole('heading', { name: 'green noon' })).toBeVisible();
  await expect(gallery.view.getByText(/journey-1.*\.png/).first()).toBeVisible();
  await expect(gallery.view.getByText(/^\d of 3$/)).toBeVisible();
  await hasNoFaults(page, '[role="dialog"]');
  await gallery.view.getByRole('button', { name: 'Zoom in' }).click();
  await expect(gallery.view.getByText(/^1[0-9]{2,} %$|^[2-9]\d{2} %$/)).toBeVisible();
  await gallery.view.getByRole('link', { name: 'Run again with these values' }).click();
  await expect(page).toHaveURL(/#\/run\?job=/);

  await gallery.open(studio.ready.studio);
  await gallery.mark(2);
  await gallery.action('Compare').click();
  await expect(gallery.view.getByRole('img')).toHaveCount(2);
  await hasNoFaults(page, '[role="dialog"]');
  await page.keyboard.press('Escape');
  await expect(gallery.view).toHaveCount(0);
  await gallery.action('Clear the marks').click();

  const { items } = await call(studio, 'gallery.list', {});
  const { path } = await call(studio, 'gallery.get', { itemId: items[0]?.id ?? 0 });
  await gallery.tiles.first().focus();
  await page.keyboard.press('Delete');
  await expect(gallery.tiles).toHaveCount(2);
  expect(existsSync(path ?? '')).toBe(false);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(gallery.tiles).toHaveCount(3);
  expect(existsSync(path ?? '')).toBe(true);
});

test('a folder that holds no results yet says what belongs there', async ({ page, studio, dataFolder }) => {
  await mkdir(join(dataFolder, 'instances'), { recursive: true });
  const gallery = galleryPage(page);
  await gallery.open(studio.ready.studio, '?search=nothing');
  await expect(page.getByText('No result matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
  await expect(page.getByRole('link', { name: 'Run a workflow' })).toBeVisible();
  await hasNoFaults(page);
});
