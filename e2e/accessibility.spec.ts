import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { allShots } from '../scripts/shots/all-shots.ts';
import { type CannedStudio, drawPictures, openShot, serveCannedStudio } from '../scripts/shots/canned-studio.ts';
import { isMainShot, unknownMainNames } from '../scripts/shots/main-shots.ts';
import { screenOf } from './pages/screen.ts';

const standard = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Rules that axe leaves off although they are among those of WCAG 2.2 AA. */
const rules = { 'label-content-name-mismatch': { enabled: true }, 'target-size': { enabled: true } };

const faultsOf = async (page: Page, onlyRule?: string): Promise<readonly string[]> => {
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const options =
    onlyRule === undefined
      ? { runOnly: { type: 'tag' as const, values: standard }, rules }
      : { runOnly: { type: 'rule' as const, values: [onlyRule] } };
  const { violations } = await axe.options(options).analyze();
  const faults = await Promise.all(
    violations.map(async ({ id, nodes }) => {
      const cut = id === 'target-size' ? await screenOf(page).cutOff(nodes.map(({ target }) => String(target[0]))) : [];
      const whole = nodes.filter(({ target }) => !cut.includes(String(target[0])));
      return whole.map(({ html }) => `${id}: ${html.slice(0, 300)}`);
    }),
  );
  return faults.flat();
};

const wide = { width: 1440, height: 900 };
/** A window of 1440 at a zoom of 200 %. */
const zoomed = { width: 720, height: 450 };

test.describe('every screen', () => {
  let studio: CannedStudio;
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    studio = await serveCannedStudio();
    // One page for all screens: what it has loaded once it does not load again.
    page = await browser.newPage({ viewport: wide, reducedMotion: 'reduce', locale: 'en' });
    await drawPictures(page);
  });

  test.afterAll(async () => {
    await page.close();
    await studio.close();
  });

  test('is known by its name', () => {
    expect(unknownMainNames()).toEqual([]);
  });

  for (const shot of allShots) {
    test(shot.name, { tag: isMainShot(shot.name) ? '@main' : '@state' }, async () => {
      const screen = screenOf(page);
      await openShot(page, studio.address, shot);
      await screen.calm();
      await screen.wear('dark');
      expect.soft(await faultsOf(page), 'what axe finds').toEqual([]);
      // The other theme differs in colours alone.
      await screen.wear('light');
      expect.soft(await faultsOf(page, 'color-contrast'), 'what axe finds in the light theme').toEqual([]);
      expect.soft(await screen.moving(), 'what moves although less motion is asked for').toEqual([]);

      await screen.speak('zh');
      expect.soft(await screen.englishSentences(), 'what is not said in Chinese').toEqual([]);
      await screen.speak('en');

      await page.setViewportSize(zoomed);
      await screen.calm();
      expect.soft(await screen.widerThanWindow(), 'what has to be scrolled sideways at 200 %').toEqual([]);
      await page.setViewportSize(wide);
    });
  }
});
