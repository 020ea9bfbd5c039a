import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { CallInput, CallName, CallOutput } from '../src/contract/calls/index.ts';
import type { HeadlessStudio } from './hosts/headless-studio.ts';
import { expect, test } from './hosts/studio-test.ts';

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

/** The lanes as a person sees them, or hears them. */
const lanesPage = (page: Page) => {
  const lane = (name: string): Locator => page.getByRole('listbox', { name: new RegExp(`^${name}:`) });
  return {
    lane,
    current: (name: string): Locator => lane(name).getByRole('option'),
    open: async (studio: string): Promise<void> => {
      await page.goto(`${studio}/#/jobs`);
      await page.getByRole('radiogroup', { name: 'How the queue is shown' }).getByText('Lanes').click();
    },
  };
};

const workflow = join(import.meta.dirname, '..', 'resources', 'workflows', 'text-to-image.json');

const firstInstance = async (studio: HeadlessStudio): Promise<{ instanceId: string; name: string }> => {
  const [first] = (await call(studio, 'instances.list', {})).instances;
  if (first === undefined) throw new Error('the sandbox has instances');
  return { instanceId: first.configuration.id, name: first.configuration.name };
};

test.describe('what was', () => {
  test.use({ studioArguments: ['--sandbox', '2', '--sandbox-clock', '20'] });

  test('stands on the lane of each GPU, which is walked along by key and says why', async ({ page, studio }) => {
    const { instanceId, name } = await firstInstance(studio);
    for (const title of ['alpha', 'beta']) {
      await call(studio, 'jobs.submit', { prompt: graph(title), title, instanceId });
    }
    const lanes = lanesPage(page);
    await lanes.open(studio.ready.studio);
    await expect(page).toHaveURL(/view=lanes/);
    await expect(lanes.lane(name)).toHaveAccessibleName(`${name}: 2 jobs`);
    await lanes.lane(name).focus();
    await page.keyboard.press('End');
    await expect(lanes.current(name)).toHaveAccessibleName(/^beta: Done/);
    await page.keyboard.press('ArrowLeft');
    await expect(lanes.current(name)).toHaveAccessibleName(/^alpha: Done/);
    await expect(page.getByText('Why this GPU')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/job=/);
    await expect(page.getByRole('dialog').getByText('alpha').first()).toBeVisible();
  });
});

test.describe('what will be', () => {
  // As slow as a card: the first job runs while the others wait behind it.
  test.use({ studioArguments: ['--sandbox', '1', '--sandbox-clock', '0.05'] });

  test('is put in another order from its lane, by key and by mouse', async ({ page, studio }) => {
    const { instanceId, name } = await firstInstance(studio);
    const prompt = JSON.parse(await readFile(workflow, 'utf8'));
    for (const title of ['first', 'alpha', 'beta', 'gamma']) {
      await call(studio, 'jobs.submit', { prompt, title, instanceId });
    }
    const waiting = async (): Promise<string[]> =>
      (await call(studio, 'jobs.list', { states: ['queued'] })).jobs.map(({ title }) => title);
    await expect.poll(waiting).toEqual(['alpha', 'beta', 'gamma']);
    const lanes = lanesPage(page);
    await lanes.open(studio.ready.studio);
    await expect(lanes.lane(name)).toHaveAccessibleName(`${name}: 4 jobs`);
    await lanes.lane(name).focus();
    await expect(lanes.current(name)).toHaveAccessibleName(/^first: Running/);
    await page.keyboard.press('End');
    await expect(lanes.current(name)).toHaveAccessibleName(/^gamma: Waiting/);
    await page.keyboard.press('Alt+Home');
    await expect.poll(waiting).toEqual(['gamma', 'alpha', 'beta']);

    // By mouse: the block that the keys are on is taken and let go behind all others.
    await expect(lanes.current(name)).toHaveAttribute('aria-posinset', '2');
    await page.keyboard.press('+');
    await expect(page).toHaveURL(/span=5/);
    await page.keyboard.press('Escape');
    const block = await lanes.current(name).boundingBox();
    const strip = await lanes.lane(name).boundingBox();
    if (block === null || strip === null) throw new Error('both are on the page');
    const y = block.y + block.height / 2;
    await page.mouse.move(block.x + Math.min(block.width / 2, 8), y);
    await page.mouse.down();
    await page.mouse.move(strip.x + strip.width / 2, y);
    await page.mouse.move(strip.x + strip.width - 4, y);
    await page.mouse.up();
    await expect.poll(waiting).toEqual(['alpha', 'beta', 'gamma']);
  });
});
