import { expect, type Locator, type Page } from '@playwright/test';

/** The library as a person sees it. */
export const libraryPage = (page: Page) => ({
  open: async (): Promise<void> => {
    await page.getByRole('link', { name: 'Library', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Library', level: 1 })).toBeVisible();
  },
  card: (name: string): Locator => page.getByRole('article', { name }),
  /** An entry of the menu of a workflow. */
  choose: async (name: string, action: string): Promise<void> => {
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: action }).click();
  },
  /** Names a workflow in the dialog that is open. */
  fillName: async (name: string): Promise<void> => {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  },
});
