import { expect, type Locator, type Page } from '@playwright/test';

/** The page of one instance as a person sees it. */
export const instancePage = (page: Page) => {
  const log = page.getByRole('log');
  return {
    log,
    open: async (studio: string, instanceId: string, tab = ''): Promise<void> => {
      await page.goto(`${studio}/#/instances/${instanceId}/${tab}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    },
    showTab: (name: string): Promise<void> => page.getByRole('tab', { name, exact: true }).click(),
    chart: (name: string): Locator => page.getByRole('img', { name: new RegExp(`^${name}: now`) }),
    search: page.getByRole('textbox', { name: 'Search the log' }),
    event: (title: string | RegExp): Locator => page.getByRole('listitem').filter({ hasText: title }),
    /** Turns the wheel over the log. */
    wheel: async (pixels: number): Promise<void> => {
      await log.hover();
      await page.mouse.wheel(0, pixels);
    },
  };
};
