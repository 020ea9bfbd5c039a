import type { Page } from 'playwright';
import type { Shot } from './shot.ts';

const openCreate = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'New instance' }).click();
  await page.getByRole('tab', { name: 'Basic' }).waitFor();
};
const openEdit = async (page: Page, tab: string): Promise<void> => {
  await page.getByRole('button', { name: 'Edit' }).first().click();
  await page.getByRole('tab', { name: tab }).click();
};

/** The create and edit dialog in the states that a first look does not show. */
export const formShots: readonly Shot[] = [
  {
    name: 'form-template',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await openCreate(page);
      await page.getByRole('button', { name: /^Character Gen - RTX 4090/ }).click();
      await page.getByText('It is meant to have its own').waitFor();
    },
  },
  {
    name: 'form-save-template',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await openEdit(page, 'Basic');
      await page.getByRole('button', { name: 'Save as template' }).click();
      await page.getByRole('textbox', { name: 'Name of the template' }).waitFor();
    },
  },
  {
    name: 'form-gpus',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await openEdit(page, 'Resources');
      await page.getByRole('combobox', { name: 'GPU device' }).click();
      await page.getByRole('option', { name: /bus 41:00/ }).waitFor();
    },
  },
  {
    name: 'form-flags',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await openEdit(page, 'Advanced');
      await page.getByRole('textbox', { name: 'Add a flag of this ComfyUI' }).fill('vram');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'form-given',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await openEdit(page, 'Advanced');
      await page
        .getByRole('textbox', { name: 'Extra arguments' })
        .fill('--reserve-vram 1.5 --preview-method taesd --lowvramm');
      await page.getByText('Did you mean').waitFor();
    },
  },
  {
    name: 'form-policy',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await openEdit(page, 'Advanced');
      await page.getByRole('textbox', { name: 'Stop when idle (minutes)' }).fill('30');
      await page.getByRole('textbox', { name: 'Free memory when idle (minutes)' }).fill('10');
    },
  },
  {
    name: 'form-restart',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await openEdit(page, 'Basic');
      await page.getByRole('textbox', { name: 'Port' }).fill('8301');
      await page.getByText('After a restart only').waitFor();
      await page.getByRole('button', { name: 'Save and restart' }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    name: 'form-environment',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await openEdit(page, 'Environment variables');
      await page.getByRole('button', { name: 'Add a known one' }).click();
      await page.getByRole('menuitem', { name: /HF_HOME/ }).click();
      await page.getByRole('button', { name: 'Add a known one' }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    name: 'form-elsewhere',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await openEdit(page, 'Basic');
      await page.getByRole('textbox', { name: 'Port' }).fill('8301');
      await page.evaluate("cannedChanges.storeElsewhere('character-gen')");
      await page.getByText('This instance was changed in another window.').waitFor();
    },
  },
];
