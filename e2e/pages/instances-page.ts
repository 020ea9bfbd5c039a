import { expect, type Locator, type Page } from '@playwright/test';

/** The instance panel as a person sees it. */
export const instancesPage = (page: Page) => {
  const card = (name: string): Locator => page.getByRole('article', { name: new RegExp(`^${name}\\b`) });
  const dialog = page.getByRole('dialog');
  const search = page.getByRole('search');
  return {
    dialog,
    card,
    cards: page.getByRole('article'),
    heading: page.getByRole('heading', { name: 'ComfyUI Instances' }),
    searchField: search.getByRole('textbox', { name: 'Search by name, id or description' }),
    open: async (studio: string): Promise<void> => {
      await page.goto(`${studio}/#/instances`);
      await expect(page.getByRole('heading', { name: 'ComfyUI Instances' })).toBeVisible();
    },
    /** Waits until the card tells this status word. */
    expectStatus: (name: string, status: string, timeout?: number): Promise<void> =>
      expect(card(name).getByText(status, { exact: true })).toBeVisible(timeout === undefined ? {} : { timeout }),
    expectHealth: (name: string, health: 'healthy' | 'degraded' | 'unhealthy'): Promise<void> =>
      expect(card(name).getByLabel(`Health: ${health}`)).toBeVisible(),
    act: (name: string, action: string): Promise<void> =>
      card(name).getByRole('button', { name: action, exact: true }).click(),
    /** Chooses an entry of the menu of a card. */
    choose: async (name: string, entry: string): Promise<void> => {
      await card(name)
        .getByRole('button', { name: `Actions for ${name}`, exact: true })
        .click();
      await page.getByRole('menuitem', { name: entry, exact: true }).click();
    },
    /** Sets a filter; the words are those that stand in the list. */
    filter: async (which: 'Status' | 'Health', word: string): Promise<void> => {
      await search.getByRole('combobox', { name: which }).click();
      await page.getByRole('option', { name: word, exact: true }).click();
    },
    /** The words that a filter offers. */
    filterWords: async (which: 'Status' | 'Health'): Promise<string[]> => {
      await search.getByRole('combobox', { name: which }).click();
      const words = await page.getByRole('option').allInnerTexts();
      await page.keyboard.press('Escape');
      return words.map((word) => word.trim());
    },
    /** Opens the dialog, fills in a sandbox instance and leaves it open. */
    describeSandbox: async (name: string): Promise<void> => {
      await dialog.getByLabel('Name', { exact: false }).first().fill(name);
      await dialog.getByText('Sandbox (no GPU needed)').click();
    },
  };
};
