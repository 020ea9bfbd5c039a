import { expect, type Locator, type Page } from '@playwright/test';

export type FormTab = 'Basic' | 'Resources' | 'Runtime' | 'Environment variables' | 'Advanced';

/** The dialog that makes or changes an instance, as a person sees it. */
export const instanceDialog = (page: Page) => {
  const dialog = page.getByRole('dialog').filter({ has: page.getByRole('tablist') });
  return {
    dialog,
    tabs: dialog.getByRole('tab'),
    show: (tab: FormTab): Promise<void> => dialog.getByRole('tab', { name: new RegExp(`^${tab}`) }).click(),
    /** A field by the beginning of its label. */
    field: (label: string): Locator => dialog.getByRole('textbox', { name: new RegExp(`^${label}`) }),
    /** Name or value of the variables, one for each row. */
    variable: (part: 'Name' | 'Value'): Locator => dialog.getByPlaceholder(part, { exact: true }),
    /** Any control by its label: a switch, a list, a text. */
    control: (label: string): Locator => dialog.getByLabel(new RegExp(`^${label}`)).first(),
    template: (name: string): Locator =>
      dialog.getByRole('region', { name: 'Start from a template' }).getByRole('button', { name, exact: false }),
    button: (name: string): Locator => dialog.getByRole('button', { name, exact: true }),
    openNew: async (): Promise<void> => {
      await page.getByRole('button', { name: 'New instance' }).click();
      await expect(dialog.getByRole('heading', { name: 'New instance' })).toBeVisible();
      await expect(dialog.getByRole('tablist')).toBeVisible();
    },
    expectFinding: (text: string): Promise<void> =>
      expect(dialog.getByText(text, { exact: false }).first()).toBeVisible(),
    useSandbox: (): Promise<void> => dialog.getByText('Sandbox (no GPU needed)').click(),
  };
};
