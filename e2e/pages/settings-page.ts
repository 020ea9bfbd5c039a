import { expect, type Locator, type Page } from '@playwright/test';

/** The settings as a person sees them. */
export const settingsPage = (page: Page) => ({
  section: (title: string): Locator => page.getByRole('heading', { level: 2, name: title, exact: true }),
  /** Comes in by the side bar and follows the name of a section. */
  open: async (studio: string, title: string): Promise<void> => {
    await page.goto(studio);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click();
    await page
      .getByRole('navigation', { name: 'Sections of the settings' })
      .getByRole('link', { name: title, exact: true })
      .click();
    await expect(page.getByRole('heading', { level: 2, name: title, exact: true })).toBeVisible();
  },
  strategy: (label: string): Locator => page.getByRole('radio', { name: new RegExp(`^${label}`) }),
});
