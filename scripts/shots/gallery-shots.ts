import type { Page } from 'playwright';
import type { Shot } from './shot.ts';

const marked = (count: number) => async (page: Page) => {
  await page.getByRole('gridcell').first().focus();
  for (let index = 0; index < count; index += 1) {
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
  }
};

/** The full view comes over the wire when it is opened for the first time. */
const opened = async (page: Page): Promise<void> => {
  await page.getByRole('dialog').waitFor();
  await page.getByRole('dialog').getByRole('img').first().waitFor();
};

/** The gallery, one result in full, and two compared. */
export const galleryShots: readonly Shot[] = [
  { name: 'gallery', scenario: 'gallery', path: '/gallery' },
  { name: 'gallery-empty', scenario: 'empty', path: '/gallery' },
  { name: 'gallery-loading', scenario: 'loading', path: '/gallery' },
  { name: 'gallery-searching', scenario: 'gallery-searching', path: '/gallery' },
  { name: 'gallery-scanning', scenario: 'gallery-scanning', path: '/gallery' },
  { name: 'gallery-failing', scenario: 'gallery-failing', path: '/gallery' },
  { name: 'gallery-no-match', scenario: 'gallery', path: '/gallery?search=nothing' },
  { name: 'gallery-filtered', scenario: 'gallery', path: '/gallery?search=fox&workflow=w0' },
  {
    name: 'gallery-many',
    scenario: 'gallery-many',
    path: '/gallery',
    act: async (page) => {
      await page.getByRole('gridcell').first().waitFor();
      await page.getByRole('main').evaluate((main) => main.scrollTo({ top: 40_000 }));
      await page.waitForTimeout(600);
    },
  },
  { name: 'gallery-marked', scenario: 'gallery', path: '/gallery', act: marked(2) },
  {
    name: 'gallery-trash-question',
    scenario: 'gallery-no-undo',
    path: '/gallery',
    act: async (page) => {
      await marked(3)(page);
      await page.keyboard.press('Delete');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'gallery-item', scenario: 'gallery', path: '/gallery?item=2', act: opened },
  { name: 'gallery-item-text', scenario: 'gallery', path: '/gallery?item=9' },
  { name: 'gallery-item-writing', scenario: 'gallery', path: '/gallery?item=10' },
  { name: 'gallery-item-long', scenario: 'gallery', path: '/gallery?item=14' },
  { name: 'gallery-item-gone', scenario: 'gallery', path: '/gallery?item=99999' },
  { name: 'gallery-compare', scenario: 'gallery', path: '/gallery?compare=%5B1%2C2%5D', act: opened },
  {
    name: 'gallery-slider',
    scenario: 'gallery',
    path: '/gallery?compare=%5B1%2C4%5D',
    act: async (page) => page.getByRole('radiogroup').locator('label').last().click(),
  },
];
