import type { Shot } from './shot.ts';

/** The Run page from an empty one to many jobs. */
export const runShots: readonly Shot[] = [
  { name: 'run', scenario: 'fleet', path: '/run' },
  {
    name: 'run-opened',
    scenario: 'fleet',
    path: '/run',
    act: async (page) => {
      await page.getByRole('button', { name: 'Image to image' }).click();
      await page.getByRole('spinbutton', { name: 'How often' }).or(page.getByLabel('How often')).fill('3');
      await page.getByRole('button', { name: 'Run 3 times' }).click();
      await page.getByText('0 of 3 done').waitFor();
    },
  },
  {
    name: 'run-many',
    scenario: 'queue',
    path: '/run',
    act: async (page) => {
      await page.getByRole('button', { name: 'Text to image' }).click();
      await page.getByText('Many, with a list of values').click();
      await page.getByRole('button', { name: 'Add a second list for a grid' }).click();
      await page.getByRole('textbox', { name: 'Values' }).fill('10..30/5');
      await page.getByRole('button', { name: 'Queue 50 jobs' }).click();
      await page.getByText('Batch of 50').waitFor();
    },
  },
  {
    name: 'run-wrong',
    scenario: 'queue',
    path: '/run',
    act: async (page) => {
      await page.getByRole('button', { name: 'Text to image' }).click();
      await page.getByText('Many, with a list of values').click();
      await page.getByLabel('How many seeds').fill('100000');
      await page.getByRole('button', { name: 'Add a second list for a grid' }).click();
      await page.getByRole('textbox', { name: 'Values' }).fill('10, twelve');
    },
  },
  {
    name: 'run-refused',
    scenario: 'fleet',
    path: '/run',
    act: async (page) => {
      const buffer = Buffer.from('{"nodes": [], "links": []}');
      await page.setInputFiles('input[type=file]', { name: 'editor.json', mimeType: 'application/json', buffer });
      await page.getByText('This workflow was saved for the editor.').waitFor();
    },
  },
];
