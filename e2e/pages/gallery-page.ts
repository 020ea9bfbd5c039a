import { expect, type Locator, type Page } from '@playwright/test';

/** The gallery as a person sees it. */
export const galleryPage = (page: Page) => {
  const tiles = page.getByRole('gridcell');
  return {
    tiles,
    tile: (name: RegExp): Locator => page.getByRole('gridcell', { name }),
    view: page.getByRole('dialog'),
    open: async (studio: string, search = ''): Promise<void> => {
      await page.goto(`${studio}/#/gallery${search}`);
      await expect(page.getByRole('heading', { name: 'Gallery', level: 1 })).toBeVisible();
    },
    search: (text: string): Promise<void> =>
      page.getByRole('textbox', { name: 'Search prompts, titles and names' }).fill(text),
    /** Marks the first results with the keyboard. */
    mark: async (count: number): Promise<void> => {
      await tiles.first().focus();
      for (let index = 0; index < count; index += 1) {
        await page.keyboard.press('Space');
        await page.keyboard.press('ArrowRight');
      }
    },
    action: (name: string): Locator =>
      page.getByRole('toolbar', { name: 'Actions for the marked results' }).getByRole('button', { name }),
  };
};
