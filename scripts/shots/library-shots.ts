import type { Page } from 'playwright';
import type { Shot } from './shot.ts';

const saved = '/run?workflow=00000000-0000-4000-a000-000000000001';

const openMenu = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Actions for Turnaround sheet' }).click();

/** A file of the editor with nodes that nobody can convert. */
const editorFile = {
  name: 'editor.json',
  mimeType: 'application/json',
  buffer: Buffer.from('{"nodes": [], "links": []}'),
};

/** The library, and the form of a workflow on the Run page. */
export const libraryShots: readonly Shot[] = [
  { name: 'run-library', scenario: 'library', path: '/run' },
  {
    name: 'run-saved',
    scenario: 'library',
    path: saved,
    act: async (page) => page.getByText('can run it').waitFor(),
  },
  {
    name: 'run-fields',
    scenario: 'library',
    path: saved,
    act: async (page) => {
      await page.getByRole('button', { name: 'All fields' }).click();
      await page.getByRole('button', { name: /^KSampler/ }).click();
      await page.getByRole('textbox', { name: 'steps', exact: true }).fill('0');
      await page.getByRole('button', { name: 'Show each instance' }).click();
    },
  },
  {
    name: 'run-missing',
    scenario: 'library-missing',
    path: saved,
    act: async (page) => page.getByText('No instance can run it').first().waitFor(),
  },
  {
    name: 'run-unconvertible',
    scenario: 'library-missing',
    path: '/run',
    act: async (page) => {
      await page.setInputFiles('input[type=file]', editorFile);
      await page.getByText('These nodes stand in the way').waitFor();
    },
  },
  {
    name: 'run-save',
    scenario: 'library',
    path: saved,
    act: async (page) => page.getByRole('button', { name: 'Save as new' }).click(),
  },
  { name: 'library', scenario: 'library', path: '/library' },
  { name: 'library-long', scenario: 'library-long', path: '/library' },
  { name: 'library-empty', scenario: 'fleet', path: '/library' },
  { name: 'library-loading', scenario: 'loading', path: '/library' },
  { name: 'library-filtered', scenario: 'library', path: '/library?search=nothing' },
  { name: 'library-menu', scenario: 'library', path: '/library', act: openMenu },
  {
    name: 'library-rename',
    scenario: 'library',
    path: '/library',
    act: async (page) => {
      await openMenu(page);
      await page.getByRole('menuitem', { name: 'Name and tags' }).click();
    },
  },
  {
    name: 'library-share',
    scenario: 'library',
    path: '/library',
    act: async (page) => {
      await openMenu(page);
      await page.getByRole('menuitem', { name: 'Share with instances' }).click();
      await page.getByRole('button', { name: /^Share with/ }).click();
      await page.getByText('saved as').first().waitFor();
    },
  },
  {
    name: 'library-selected',
    scenario: 'library',
    path: '/library',
    act: async (page) => {
      await page.getByLabel('Select Portrait, soft light').check();
      await page.getByLabel('Select Turnaround sheet').check();
    },
  },
  {
    name: 'library-undo',
    scenario: 'library',
    path: '/library',
    act: async (page) => {
      await page.getByLabel('Select Portrait, soft light').check();
      await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('1 workflow deleted.').waitFor();
    },
  },
  { name: 'library-deleted', scenario: 'library', path: '/library?deleted=true' },
];
