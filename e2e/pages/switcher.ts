import { expect, type Locator, type Page } from '@playwright/test';

/** The choice of the active instance in the toolbar, as a person sees it. */
export const switcher = (page: Page) => {
  const button = page.getByRole('button', { name: /^Active instance: / });
  return {
    button,
    expectActive: (name: string): Promise<void> =>
      expect(button).toHaveAccessibleName(new RegExp(`^Active instance: ${name}\\b`)),
    open: (): Promise<void> => button.click(),
    option: (name: string): Locator => page.getByRole('option', { name: new RegExp(`^${name}\\b`) }),
    group: (name: 'Running instances' | 'Other instances'): Locator => page.getByRole('group', { name }),
    /** Opens the list and takes an entry. */
    choose: async (name: string): Promise<void> => {
      await button.click();
      await page.getByRole('option', { name: new RegExp(`^${name}\\b`) }).click();
    },
  };
};
