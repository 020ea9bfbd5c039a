import { expect, type Locator, type Page } from '@playwright/test';

type Section = 'Running' | 'Waiting' | 'Done' | 'Parked';

/** The queue as a person sees it. */
export const queuePage = (page: Page) => {
  const list = (section: Section): Locator => page.getByRole('list', { name: `${section} jobs` });
  const row = (title: string): Locator =>
    page.getByRole('listitem').filter({ has: page.getByRole('link', { name: `Open ${title}`, exact: true }) });
  const details = page.getByRole('dialog');
  return {
    list,
    row,
    details,
    bar: page.getByRole('region', { name: 'State of the queue' }),
    selection: page.getByRole('toolbar', { name: 'Actions for the selected jobs' }),
    open: async (studio: string, section?: Section): Promise<void> => {
      await page.goto(`${studio}/#/jobs${section === undefined ? '' : `?show=${section.toLowerCase()}`}`);
      await expect(page.getByRole('heading', { name: 'Queue', level: 1 })).toBeVisible();
    },
    /** Follows a tab; the number behind its word is the count. */
    show: (section: Section | 'Overview'): Promise<void> =>
      page
        .getByRole('navigation', { name: 'Which jobs' })
        .getByRole('link', { name: new RegExp(`^${section}`) })
        .click(),
    search: (text: string): Promise<void> => page.getByRole('textbox', { name: 'Search by title or id' }).fill(text),
    /** Opens the menu of a job and chooses an entry, or an entry of a sub menu. */
    choose: async (title: string, ...entries: readonly string[]): Promise<void> => {
      await page.getByRole('button', { name: `Actions for ${title}`, exact: true }).click();
      for (const [index, entry] of entries.entries()) {
        const item = page.getByRole('menuitem', { name: new RegExp(`^${entry}`) });
        if (index < entries.length - 1) await item.hover();
        else await item.click();
      }
    },
    /** Moves a waiting job by one place, or to an end, with the keyboard. */
    move: async (title: string, to: 'up' | 'down' | 'front' | 'end'): Promise<void> => {
      const keys = { up: 'ArrowUp', down: 'ArrowDown', front: 'Home', end: 'End' } as const;
      await row(title).focus();
      await page.keyboard.press(`Alt+${keys[to]}`);
    },
    /** Drags a waiting job by its grip to the upper half of another one. */
    dragBefore: (title: string, other: string): Promise<void> =>
      row(title)
        .locator('[data-grip]')
        .dragTo(row(other), { targetPosition: { x: 200, y: 8 } }),
    setMode: (action: 'Pause' | 'Drain' | 'Resume'): Promise<void> =>
      page.getByRole('button', { name: action, exact: true }).click(),
    /** The ids of the jobs of a list, as far as they are on screen. */
    idsOf: (section: Section): Promise<string[]> =>
      list(section)
        .locator('[data-job-id]')
        .evaluateAll((rows) => rows.map((one) => one.getAttribute('data-job-id') ?? '')),
  };
};
