import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright';
import { allShots } from './shots/all-shots.ts';
import { drawPictures, openShot, serveCannedStudio } from './shots/canned-studio.ts';
import type { Shot } from './shots/shot.ts';

/**
 * Pictures of every screen over the canned studio, for a look at spacing, contrast and long names:
 * `node scripts/screenshots.ts [--out FOLDER] [--only NAME] [--scheme dark|light] [--size large|small]
 * [--language zh]`. Nothing is compared; a person looks.
 */

const sizes = [
  { name: 'large', width: 1440, height: 900 },
  { name: 'small', width: 1024, height: 700 },
] as const;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'test-results/screens' },
    only: { type: 'string', default: '' },
    scheme: { type: 'string', default: '' },
    size: { type: 'string', default: '' },
    language: { type: 'string', default: 'en' },
  },
});
const outFolder = resolve(values.out);

const openPage = async (
  browser: Browser,
  name: string,
  viewport: { readonly width: number; readonly height: number },
): Promise<Page> => {
  const page = await browser.newPage({ viewport, locale: values.language });
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`${name}: ${message.text()}`);
  });
  await drawPictures(page);
  return page;
};

const take = async (browser: Browser, shot: Shot, address: string): Promise<void> => {
  for (const scheme of (['dark', 'light'] as const).filter((one) => one.startsWith(values.scheme))) {
    for (const { name, width, height } of sizes.filter((one) => one.name.startsWith(values.size))) {
      const page = await openPage(browser, shot.name, { width, height });
      await page.addInitScript((value) => localStorage.setItem('mantine-color-scheme-value', value), scheme);
      await openShot(page, address, shot);
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: join(outFolder, `${shot.name}-${scheme}-${name}.png`), animations: 'disabled' });
      await page.close();
    }
  }
};

const main = async (): Promise<void> => {
  await mkdir(outFolder, { recursive: true });
  const studio = await serveCannedStudio();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    for (const shot of allShots.filter(({ name }) => name.startsWith(values.only))) {
      await take(browser, shot, studio.address);
      console.error(`${shot.name}: done`);
    }
  } finally {
    await browser.close();
    await studio.close();
  }
};

await main();
