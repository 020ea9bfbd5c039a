import { expect, type Locator, type Page } from '@playwright/test';

/** The instance panel as a person sees it. */
export const instancesPage = (page: Page) => {
  const card = (name: string): Locator => page.getByRole('article', { name: new RegExp(`^${name}\\b`) });
  const dialog = page.getByRole('dialog');
  return {
    dialog,
    card,
    heading: page.getByRole('heading', { name: 'ComfyUI Instances' }),
    open: async (studio: string): Promise<void> => {
      await page.goto(`${studio}/#/instances`);
      await expect(page.getByRole('heading', { name: 'ComfyUI Instances' })).toBeVisible();
    },
    /** Waits until the card tells this status word. */
    expectStatus: (name: string, status: string, timeout?: number): Promise<void> =>
      expect(card(name).getByText(status, { exact: true })).toBeVisible(timeout === undefined ? {} : { timeout }),
    act: (name: string, action: string): Promise<void> =>
      card(name).getByRole('button', { name: action, exact: true }).click(),
    /** Opens the dialog, fills in a sandbox instance and leaves it open. */
    describeSandbox: async (name: string): Promise<void> => {
      await dialog.getByLabel('Name', { exact: false }).first().fill(name);
      await dialog.getByText('Sandbox (no GPU needed)').click();
    },
  };
};
