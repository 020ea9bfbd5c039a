import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../hosts/guide-test.ts';
import { instanceDialog } from '../pages/instance-dialog.ts';
import { instancesPage } from '../pages/instances-page.ts';

test.use({ chapter: 'keyboard only' });

/** More steps than any page here needs; who gets there is not lost. */
const mostSteps = 80;

/** Whether the focus can be seen: something about the element, or about what is around it, looks different without. */
const showsFocus = (goal: Locator): Promise<boolean> =>
  goal.evaluate((element) => {
    if (!(element instanceof HTMLElement)) return false;
    const parts = [element, element.nextElementSibling, element.parentElement, element.parentElement?.parentElement];
    const look = (): string => {
      // What fades in counts as it will be; a part that turns for good has no end.
      for (const part of parts) {
        for (const change of part?.getAnimations() ?? []) {
          if (change instanceof CSSTransition) change.finish();
        }
      }
      return parts
        .flatMap((part) => (part === null || part === undefined ? [] : [getComputedStyle(part)]))
        .map(({ outlineStyle, outlineColor, boxShadow, borderColor }) =>
          [outlineStyle, outlineColor, boxShadow, borderColor].join(),
        )
        .join(';');
    };
    const focused = look();
    element.blur();
    const blurred = look();
    element.focus();
    return focused !== blurred;
  });

/** Goes on with Tab until this has the focus, and sees that the focus is shown there. */
const tabTo = async (page: Page, goal: Locator): Promise<void> => {
  await expect(goal).toBeAttached();
  for (let step = 0; step < mostSteps; step += 1) {
    if (await goal.evaluate((element) => element === document.activeElement)) {
      expect(await showsFocus(goal), String(goal)).toBe(true);
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${String(goal)}.`);
};

const press = async (page: Page, goal: Locator): Promise<void> => {
  await tabTo(page, goal);
  await page.keyboard.press('Enter');
};

test('creates, starts, runs, looks at the result and deletes with the keyboard alone', async ({ page, studio }) => {
  test.setTimeout(120_000);
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);

  await page.keyboard.press('Control+Shift+N');
  const form = instanceDialog(page);
  await tabTo(page, form.field('Name'));
  await page.keyboard.type('By hand');
  const program = form.dialog.getByRole('radio', { name: 'ComfyUI', exact: true });
  await tabTo(page, program);
  await page.keyboard.press('ArrowRight');
  await expect(form.dialog.getByRole('radio', { name: 'Sandbox (no GPU needed)' })).toBeChecked();
  await press(page, form.button('Create instance'));
  await expect(form.dialog).toBeHidden();

  const card = instances.card('By hand');
  await press(page, card.getByRole('button', { name: 'Start', exact: true }));
  await instances.expectHealth('By hand', 'healthy');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('Open run');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Run a workflow' })).toBeVisible();
  await press(page, page.getByRole('button', { name: 'Text to image' }));
  await press(page, page.getByRole('button', { name: 'Run', exact: true }));
  await expect(page.getByText('1 of 1 done')).toBeVisible();
  const result = page
    .getByRole('region', { name: 'Runs' })
    .getByRole('button', { name: /^(Open|Result)/ })
    .first();
  await press(page, result);
  const viewer = page.getByRole('dialog');
  await expect(viewer.getByRole('img').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(viewer).toBeHidden();

  await page.keyboard.press('Control+i');
  await tabTo(page, card);
  await page.keyboard.press('Delete');
  await expect(instances.dialog.getByText('Delete "By hand"?')).toBeVisible();
  await press(page, instances.dialog.getByRole('button', { name: 'Delete instance' }));
  await expect(page.getByText('No instances found')).toBeVisible();
});
