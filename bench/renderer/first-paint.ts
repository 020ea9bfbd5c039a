import { chromium } from 'playwright';
import { startHeadlessStudio, temporaryFolder } from '../../e2e/hosts/headless-studio.ts';

export interface FirstPaint {
  /** First contentful paint after the navigation began. */
  readonly paintMs: number;
  /** The panel shows its instances and takes a click. */
  readonly interactiveMs: number;
  /** Scripts until then, as they came over the wire. */
  readonly scriptBytes: number;
}

const paintOf = `new Promise((done) => {
  const seen = performance.getEntriesByName('first-contentful-paint')[0];
  if (seen) done(seen.startTime);
  else new PerformanceObserver((list, observer) => {
    const entry = list.getEntriesByName('first-contentful-paint')[0];
    if (entry) { observer.disconnect(); done(entry.startTime); }
  }).observe({ type: 'paint', buffered: true });
})`;
const scripts = `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`;

/** Opens the studio's page in a browser that has it in its cache, over a studio that runs. */
export const measureFirstPaint = async (rounds: number): Promise<readonly FirstPaint[]> => {
  const folder = await temporaryFolder();
  const studio = await startHeadlessStudio({
    dataFolder: folder.path,
    arguments: ['--sandbox', '2', '--sandbox-clock', '100'],
    checkOutput: false,
  });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const paints: FirstPaint[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const page = await context.newPage();
      const startedAt = performance.now();
      await page.goto(studio.ready.studio, { waitUntil: 'commit' });
      await page.getByRole('article').first().waitFor();
      await page.getByRole('button', { name: 'New instance' }).click({ trial: true });
      const interactiveMs = performance.now() - startedAt;
      const [paintMs, scriptBytes] = [Number(await page.evaluate(paintOf)), Number(await page.evaluate(scripts))];
      await page.close();
      // The first visit fills the cache.
      if (round > 0) paints.push({ paintMs, interactiveMs, scriptBytes });
    }
    return paints;
  } finally {
    await browser.close();
    await studio.end('SIGTERM');
    await folder.remove();
  }
};
