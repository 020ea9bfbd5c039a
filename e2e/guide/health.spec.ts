import { expect, test } from '../hosts/guide-test.ts';
import { quickPrompt } from '../hosts/job-fixtures.ts';
import { instancesPage } from '../pages/instances-page.ts';
import { queuePage } from '../pages/queue-page.ts';
import { settingsPage } from '../pages/settings-page.ts';

test.use({ chapter: 'health' });

test('002-F1 002-F2 the background checks make it degraded, then unhealthy, and healthy again', async ({
  page,
  studio,
  fleet,
}) => {
  const settings = settingsPage(page);
  await settings.open(studio.ready.studio, 'Health');
  await page.getByLabel('Pause between two checks (seconds)').fill('1');
  await page.getByLabel('Failures in a row until it is unhealthy').fill('3');
  await page.keyboard.press('Tab');
  await expect.poll(async () => (await fleet.call('settings.get', {})).probeIntervalMs).toBe(1000);
  await fleet.make({ name: 'Checked' });
  const instances = instancesPage(page);
  await instances.open(studio.ready.studio);
  const seen: string[] = [];
  const look = async (): Promise<string | undefined> => {
    const { health } = await fleet.get('Checked');
    if (health !== null && seen.at(-1) !== health) seen.push(health);
    return seen.at(-1);
  };
  await expect.poll(look).toBe('healthy');
  await fleet.fault('Checked', 'http-500');
  await expect.poll(look, { intervals: [50] }).toBe('unhealthy');
  expect(seen).toEqual(['healthy', 'degraded', 'unhealthy']);
  await instances.expectHealth('Checked', 'unhealthy');
  await expect(instances.card('Checked').getByRole('status')).toContainText(/No answer for \d+/);
  await fleet.fault('Checked', 'http-answer');
  await instances.expectHealth('Checked', 'healthy');
});

test('002-F3 the measurements of an instance stand on its card and on its page', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'Measured' });
  await fleet.call('jobs.submit', { prompt: quickPrompt(), title: 'one' });
  await instancesPage(page).open(studio.ready.studio);
  const card = instancesPage(page).card('Measured');
  await expect(card.getByText(/^\d+\sms$/)).toBeVisible();
  await expect(card.getByText(/^CPU \d+\s%$/)).toBeVisible();
  await expect(card.getByText(/^RAM /)).toBeVisible();
  await expect(card.getByText('queue 0')).toBeVisible();
  await card.getByRole('link', { name: 'Measured', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Measured', level: 1 })).toBeVisible();
  await page.getByText('Table', { exact: true }).click();
  const table = page.getByRole('table', { name: /^Measurements/ });
  for (const column of ['VRAM', 'RAM', 'CPU', 'Queue', 'Response time']) {
    await expect(table.getByRole('columnheader', { name: column, exact: true })).toBeVisible();
  }
  await expect(table.getByRole('row').nth(1)).toContainText(/\d\sms/);
});

test('002-F4 the work of an instance that is killed, and of one that stands still, is done by another', async ({
  page,
  studio,
  fleet,
}) => {
  test.setTimeout(120_000);
  await fleet.settings({ probeIntervalMs: 1000, probeTimeoutMs: 1000 });
  await fleet.make({ name: 'Dies' }, { name: 'Stands still' }, { name: 'Goes on' });
  const queue = queuePage(page);
  const instances = instancesPage(page);
  await queue.open(studio.ready.studio);
  const hold = async (name: string): Promise<number> => {
    await fleet.fault(name, 'hang-job', { job: 1 });
    const { configuration, pid } = await fleet.get(name);
    // As the active instance it gets the job, which any other one may take over.
    await fleet.call('instances.setActive', { instanceId: configuration.id });
    const { id: jobId } = await fleet.call('jobs.submit', { prompt: quickPrompt(name), title: `of ${name}` });
    await expect.poll(async () => (await fleet.call('jobs.get', { jobId })).state).toBe('running');
    expect((await fleet.call('jobs.get', { jobId })).instanceId).toBe(configuration.id);
    return Number(pid);
  };
  const [killed, stopped] = [await hold('Dies'), await hold('Stands still')];
  await fleet.call('instances.setActive', { instanceId: null });
  process.kill(stopped, 'SIGSTOP');
  process.kill(killed, 'SIGKILL');
  await queue.show('Done');
  await expect(queue.row('of Dies')).toBeVisible();
  await instances.open(studio.ready.studio);
  await instances.expectHealth('Dies', 'healthy');
  await instances.expectHealth('Stands still', 'unhealthy');
  await queue.open(studio.ready.studio, 'Done');
  await expect(queue.row('of Stands still')).toBeVisible({ timeout: 90_000 });
  const { jobs } = await fleet.call('jobs.list', { states: ['succeeded'] });
  expect(jobs.map(({ title }) => title).toSorted()).toEqual(['of Dies', 'of Stands still']);
  await instances.open(studio.ready.studio);
  await instances.expectHealth('Stands still', 'healthy');
  expect((await fleet.get('Stands still')).pid).not.toBe(stopped);
  expect((await fleet.get('Dies')).pid).not.toBe(killed);
});
