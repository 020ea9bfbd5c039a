import { expect, test } from '../hosts/guide-test.ts';
import { instanceDialog } from '../pages/instance-dialog.ts';
import { instancesPage } from '../pages/instances-page.ts';

test.use({ chapter: 'two windows' });

test('two windows edit one instance: the second is told, keeps what it typed, and chooses where both changed the same', async ({
  page,
  context,
  studio,
  fleet,
}) => {
  await fleet.make({ name: 'Shared', description: 'as it was', started: false });
  const second = await context.newPage();
  const windows = [page, second].map((window) => ({
    instances: instancesPage(window),
    form: instanceDialog(window),
  }));
  const [one, two] = windows;
  if (one === undefined || two === undefined) throw new Error('There are two windows.');
  for (const { instances, form } of windows) {
    await instances.open(studio.ready.studio);
    await instances.act('Shared', 'Edit');
    await expect(form.field('Description')).toHaveValue('as it was');
  }
  await two.form.field('Description').fill('from the second window');
  await one.form.field('Name').fill('Renamed');
  await one.form.field('Description').fill('from the first window');
  await one.form.button('Save changes').click();
  await expect(one.form.dialog).toBeHidden();

  const told = two.form.dialog.getByRole('alert');
  await expect(told).toContainText('This instance was changed in another window.');
  await expect(told).toContainText('You both changed these.');
  await expect(two.form.field('Description')).toHaveValue('from the second window');
  await expect(two.form.field('Name')).toHaveValue('Renamed');
  await expect(two.form.button('Save changes')).toBeDisabled();
  await two.form.button('Keep mine: Description').click();
  await two.form.button('Save changes').click();
  await expect(two.form.dialog).toBeHidden();
  expect((await fleet.get('Renamed')).configuration.description).toBe('from the second window');

  // One that is deleted meanwhile can be made anew from what was typed.
  await two.instances.act('Renamed', 'Edit');
  await two.form.field('Description').fill('typed while it was deleted');
  await one.instances.act('Renamed', 'Delete');
  await one.instances.dialog.getByRole('button', { name: 'Delete instance' }).click();
  await expect(two.form.dialog.getByText('This instance was deleted in another window.')).toBeVisible();
  await two.form.button('Create instance').click();
  await expect(two.form.dialog).toBeHidden();
  expect((await fleet.get('Renamed')).configuration.description).toBe('typed while it was deleted');
});

test('a studio that is away for a while loses nothing that was typed', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'Shared', started: false });
  let cutOff = async (): Promise<void> => undefined;
  let isAway = false;
  await page.routeWebSocket(/.*/, async (socket) => {
    if (isAway) {
      await socket.close();
      return;
    }
    socket.connectToServer();
    cutOff = () => socket.close();
  });
  const form = instanceDialog(page);
  await instancesPage(page).open(studio.ready.studio);
  await instancesPage(page).act('Shared', 'Edit');
  isAway = true;
  await cutOff();
  await expect(form.dialog.getByText('The studio is away.', { exact: false })).toBeVisible();
  await form.field('Description').fill('typed while it was away');
  await expect(form.button('Save changes')).toBeDisabled();
  isAway = false;
  await expect(form.dialog.getByText('The studio is away.', { exact: false })).toBeHidden({ timeout: 30_000 });
  await form.button('Save changes').click();
  await expect(form.dialog).toBeHidden();
  expect((await fleet.get('Shared')).configuration.description).toBe('typed while it was away');
});
