import type { Fleet } from '../hosts/fleet.ts';
import { expect, test } from '../hosts/guide-test.ts';
import { quickPrompt, ranOn } from '../hosts/job-fixtures.ts';
import { instancesPage } from '../pages/instances-page.ts';
import { settingsPage } from '../pages/settings-page.ts';

test.use({ chapter: 'balancing' });

/** Runs so many quick jobs, each when the one before is done. */
const runOneByOne = async (fleet: Fleet, count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) {
    const { id: jobId } = await fleet.call('jobs.submit', {
      prompt: quickPrompt(`run-${index}`),
      title: `run ${index}`,
    });
    await expect.poll(async () => (await fleet.call('jobs.get', { jobId })).state).toBe('succeeded');
  }
};

test('002-E2 the strategy is chosen in the settings, each with a sentence, and the choice holds', async ({
  page,
  studio,
  fleet,
}) => {
  const settings = settingsPage(page);
  await settings.open(studio.ready.studio, 'Balancing');
  for (const [label, means] of [
    ['Fastest finish', 'expected to be done first'],
    ['Least loaded', 'the fewest running workflows'],
    ['Round robin', 'take turns'],
    ['Random', 'by chance'],
  ] as const) {
    await expect(settings.strategy(label)).toContainText(means);
  }
  await expect(settings.strategy('Fastest finish')).toBeChecked();
  await expect(settings.strategy('Fastest finish')).toContainText('default');
  await settings.strategy('Least loaded').click();
  await expect.poll(async () => (await fleet.call('settings.get', {})).balancingStrategy).toBe('least-loaded');
  await page.reload();
  await expect(settings.strategy('Least loaded')).toBeChecked();
});

test('002-E1 round robin takes turns, and only those that run and answer take part', async ({
  page,
  studio,
  fleet,
}) => {
  await fleet.settings({ probeIntervalMs: 1000 });
  await fleet.make({ name: 'One' }, { name: 'Two' }, { name: 'Unwell' }, { name: 'Resting', started: false });
  await fleet.fault('Unwell', 'http-500');
  await instancesPage(page).open(studio.ready.studio);
  await instancesPage(page).expectHealth('Unwell', 'unhealthy');
  const settings = settingsPage(page);
  await settings.open(studio.ready.studio, 'Balancing');
  await settings.strategy('Round robin').click();
  await expect(settings.strategy('Round robin')).toBeChecked();
  await expect.poll(async () => (await fleet.call('settings.get', {})).balancingStrategy).toBe('round-robin');
  await runOneByOne(fleet, 4);
  const turns = await ranOn(fleet);
  expect(turns.toSorted()).toEqual(['One', 'One', 'Two', 'Two']);
  expect(turns[0]).not.toBe(turns[1]);
  expect(turns[2]).not.toBe(turns[3]);

  await settings.strategy('Random').click();
  await expect.poll(async () => (await fleet.call('settings.get', {})).balancingStrategy).toBe('random');
  await runOneByOne(fleet, 6);
  expect(['One', 'Two']).toEqual(expect.arrayContaining((await ranOn(fleet)).slice(4)));
});

test('002-E3 least loaded gives to the one with the fewest running workflows', async ({ page, studio, fleet }) => {
  await fleet.make({ name: 'One', maxConcurrentWorkflows: 4 }, { name: 'Two', maxConcurrentWorkflows: 4 });
  for (const name of ['One', 'Two']) await fleet.fault(name, 'hang-job', { job: 1 });
  const settings = settingsPage(page);
  await settings.open(studio.ready.studio, 'Balancing');
  await settings.strategy('Least loaded').click();
  await expect.poll(async () => (await fleet.call('settings.get', {})).balancingStrategy).toBe('least-loaded');
  const submit = async (title: string, instanceId: string | null = null): Promise<string> => {
    const { id: jobId } = await fleet.call('jobs.submit', { prompt: quickPrompt(title), title, instanceId });
    await expect.poll(async () => (await fleet.call('jobs.get', { jobId })).instanceId).not.toBeNull();
    return (await fleet.call('jobs.get', { jobId })).instanceId ?? '';
  };
  const [one, two] = await Promise.all(['One', 'Two'].map(async (name) => (await fleet.get(name)).configuration.id));
  await submit('two on One', one);
  await submit('two more on One', one);
  expect(await submit('first free choice')).toBe(two);
  expect(await submit('second free choice')).toBe(two);
});
