import { join } from 'node:path';
import type { CallInput, CallName, CallOutput } from '../src/contract/calls/index.ts';
import type { HeadlessStudio } from './hosts/headless-studio.ts';
import { expect, test } from './hosts/studio-test.ts';
import { queuePage } from './pages/queue-page.ts';
import { runPage } from './pages/run-page.ts';

const workflow = join(import.meta.dirname, '..', 'resources', 'workflows', 'text-to-image.json');

const graph = (prefix: string) => ({
  '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 255 } },
  '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: prefix } },
});

const call = async <Name extends CallName>(
  studio: HeadlessStudio,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name>> => {
  const address = `${studio.ready.studio}/api/${name.replace('.', '/')}`;
  const answer = await fetch(address, { method: 'POST', body: JSON.stringify(input) });
  if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status} ${await answer.text()}`);
  return answer.json();
};

/** Jobs with these titles, which wait since the queue is paused. */
const queuePaused = async (studio: HeadlessStudio, titles: readonly string[]): Promise<void> => {
  await call(studio, 'queue.setMode', { mode: 'paused' });
  for (const title of titles) await call(studio, 'jobs.submit', { prompt: graph(title), title });
};

test.use({ studioArguments: ['--sandbox', '2', '--sandbox-clock', '20'] });

test('a queue is put in order by key and by mouse, explained, and worked off in that order', async ({
  page,
  studio,
}) => {
  await queuePaused(studio, ['alpha', 'beta', 'gamma', 'delta']);
  const queue = queuePage(page);
  await queue.open(studio.ready.studio, 'Waiting');
  const titles = () =>
    queue
      .list('Waiting')
      .getByRole('link', { name: /^Open / })
      .allTextContents();
  await expect.poll(titles).toEqual(['alpha', 'beta', 'gamma', 'delta']);

  await queue.move('delta', 'front');
  await expect.poll(titles).toEqual(['delta', 'alpha', 'beta', 'gamma']);
  await queue.dragBefore('gamma', 'alpha');
  await expect.poll(titles).toEqual(['delta', 'gamma', 'alpha', 'beta']);
  await queue.choose('beta', 'Cancel');
  await expect.poll(titles).toEqual(['delta', 'gamma', 'alpha']);

  await queue.row('delta').getByRole('link', { name: 'Open delta' }).click();
  await expect(queue.details.getByText('Why still waiting')).toBeVisible();
  await expect(queue.details.getByText(/paused/i).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await queue.setMode('Resume');
  await expect(page.getByRole('link', { name: /^Done\s*4$/ })).toBeVisible();
  const { jobs } = await call(studio, 'jobs.list', { states: ['succeeded'] });
  // Two instances take the first two at the same moment, and which of them begins sooner is theirs.
  const assignedAt = (title: string) => jobs.find((job) => job.title === title)?.assignedAt ?? 0;
  expect(assignedAt('delta')).toBeLessThanOrEqual(assignedAt('gamma'));
  expect(assignedAt('gamma')).toBeLessThanOrEqual(assignedAt('alpha'));
  expect(jobs).toHaveLength(3);
});

test('many seeds make one batch with one progress, whose jobs say why they ran where', async ({ page, studio }) => {
  const run = runPage(page);
  const queue = queuePage(page);
  await run.open(studio.ready.studio);
  await run.openFile(workflow);
  await run.runSeeds(6, 100);
  await queue.open(studio.ready.studio);
  await expect(page.getByText('seed × 6')).toBeVisible();
  await queue.show('Done');
  await expect.poll(async () => (await queue.idsOf('Done')).length, { timeout: 30_000 }).toBe(6);
  await queue
    .list('Done')
    .getByRole('link', { name: /^Open / })
    .first()
    .click();
  await expect(queue.details.getByText('Why this GPU')).toBeVisible();
  await expect(queue.details.getByRole('img').first()).toBeVisible();
});

test('ten thousand waiting jobs are scrolled through with only what is seen on the page', async ({ page, studio }) => {
  await call(studio, 'queue.setMode', { mode: 'paused' });
  await call(studio, 'jobs.submitBatch', {
    prompt: graph('many'),
    title: 'many',
    parameters: [{ nodeId: '1', inputName: 'color', values: Array.from({ length: 10_000 }, (_, index) => index) }],
  });
  const queue = queuePage(page);
  await queue.open(studio.ready.studio, 'Waiting');
  await expect(page.getByRole('link', { name: /^Waiting\s*10,000$/ })).toBeVisible();
  await expect(queue.list('Waiting').locator('[data-job-id]').first()).toBeVisible();
  await page.locator('#main').evaluate((main) => main.scrollTo({ top: main.scrollHeight / 2 }));
  await expect(
    queue
      .list('Waiting')
      .getByText(/^many (4[89]|5[01])\d\d\/10000$/)
      .first(),
  ).toBeVisible();
  expect((await queue.idsOf('Waiting')).length).toBeLessThan(100);
  await queue.search('9999/10000');
  await expect.poll(async () => (await queue.idsOf('Waiting')).length).toBe(1);
});
