import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './hosts/studio-test.ts';
import { libraryPage } from './pages/library-page.ts';
import { runPage } from './pages/run-page.ts';

test.use({ studioArguments: ['--sandbox', '2', '--sandbox-clock', '20'] });

/** The text of what a call answers. */
const call = async (studio: string, name: string, input: unknown): Promise<string> => {
  const answer = await fetch(`${studio}/api/${name}`, { method: 'POST', body: JSON.stringify(input) });
  expect(answer.status).toBe(200);
  return answer.text();
};

/** As the editor saves it: values by their places, a note, a reroute between two nodes. */
const editorFile = {
  name: 'grey square.json',
  mimeType: 'application/json',
  buffer: Buffer.from(
    JSON.stringify({
      version: 0.4,
      nodes: [
        { id: 4, type: 'Note', mode: 0, widgets_values: ['Only for people'] },
        {
          id: 5,
          type: 'EmptyImage',
          mode: 0,
          inputs: [],
          outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [1] }],
          widgets_values: [96, 64, 1, 8_421_504],
        },
        {
          id: 6,
          type: 'Reroute',
          mode: 0,
          inputs: [{ name: '', type: '*', link: 1 }],
          outputs: [{ name: '', type: 'IMAGE', links: [2] }],
        },
        {
          id: 9,
          type: 'SaveImage',
          title: 'Keep it',
          mode: 0,
          inputs: [{ name: 'images', type: 'IMAGE', link: 2 }],
          widgets_values: ['grey'],
        },
      ],
      links: [
        [1, 5, 0, 6, 0, 'IMAGE'],
        [2, 6, 0, 9, 0, 'IMAGE'],
      ],
    }),
  ),
};

test('002-D6: existing workflow JSON runs unchanged', async ({ page, studio }) => {
  const run = runPage(page);
  await run.open(studio.ready.studio);
  const path = join(import.meta.dirname, '..', 'resources', 'workflows', 'text-to-image.json');
  await run.openFile(path);
  await run.runTimes(1);
  await expect(page.getByText('1 of 1 done')).toBeVisible();
  const { jobs }: { jobs: { id: string }[] } = JSON.parse(await call(studio.ready.studio, 'jobs/list', {}));
  const { prompt } = JSON.parse(await call(studio.ready.studio, 'jobs/prompt', { jobId: jobs[0]?.id }));
  expect(prompt).toEqual(JSON.parse(await readFile(path, 'utf8')));
});

test('a file of the editor is converted, run, saved, found again with its picture, shared and brought back', async ({
  page,
  studio,
}) => {
  const run = runPage(page);
  const library = libraryPage(page);
  await run.open(studio.ready.studio);
  await page.locator('input[type=file]').first().setInputFiles(editorFile);
  await expect(page.getByText('Converted from the file of the editor.')).toBeVisible();
  await expect(page.getByText('2 of 2 instances can run it')).toBeVisible();

  await page.getByRole('button', { name: 'Save to the library' }).click();
  await library.fillName('Grey square');
  await expect(page.getByRole('heading', { name: 'Grey square' })).toBeVisible();
  await run.runTimes(1);
  await expect(page.getByText('1 of 1 done')).toBeVisible();

  await library.open();
  const card = library.card('Grey square');
  await expect(card.getByRole('img', { name: 'Picture of Grey square' })).toBeVisible();

  await library.choose('Grey square', 'Share with instances');
  await page.getByRole('button', { name: 'Share with 2 instances' }).click();
  await expect(page.getByText('saved as Grey square.json')).toHaveCount(2);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  const { instances }: { instances: { endpoint: string }[] } = JSON.parse(
    await call(studio.ready.studio, 'instances/list', {}),
  );
  for (const { endpoint } of instances) {
    const shared = await fetch(`${endpoint}/userdata/${encodeURIComponent('workflows/Grey square.json')}`);
    expect(shared.status).toBe(200);
    // It is the file that was dropped, note and layout included.
    expect(await shared.json()).toEqual(JSON.parse(editorFile.buffer.toString()));
  }

  await library.choose('Grey square', 'Delete');
  await expect(card).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(card).toBeVisible();
});

test('a job of the queue opens again with its values', async ({ page, studio }) => {
  const run = runPage(page);
  await run.open(studio.ready.studio);
  await page.getByRole('button', { name: 'Text to image' }).click();
  await page.getByRole('textbox', { name: 'steps (KSampler)' }).fill('3');
  await run.runTimes(1);
  await expect(page.getByText('1 of 1 done')).toBeVisible();
  const { jobs }: { jobs: { id: string }[] } = JSON.parse(await call(studio.ready.studio, 'jobs/list', {}));
  await page.goto(`${studio.ready.studio}/#/run?job=${jobs[0]?.id}`);
  await expect(page.getByText('Values of an earlier run')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'steps (KSampler)' })).toHaveValue('3');
});
