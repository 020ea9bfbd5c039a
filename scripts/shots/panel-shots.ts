import type { Page } from 'playwright';
import type { Shot } from './shot.ts';

/** The instances as cards and as a list, and what opens over them. */
export const panelShots: readonly Shot[] = [
  { name: 'instances', scenario: 'fleet', path: '/instances' },
  { name: 'instances-long', scenario: 'long', path: '/instances' },
  { name: 'instances-draining', scenario: 'draining', path: '/instances' },
  { name: 'instances-many', scenario: 'many', path: '/instances' },
  { name: 'instances-list', scenario: 'fleet', path: '/instances?layout=list' },
  { name: 'instances-list-long', scenario: 'long', path: '/instances?layout=list' },
  { name: 'instances-grouped', scenario: 'fleet', path: '/instances?group=gpu&sort=status' },
  {
    name: 'instances-marked',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await page.getByRole('article').first().focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Space');
      await page.getByRole('toolbar').waitFor();
    },
  },
  { name: 'instances-empty', scenario: 'empty', path: '/instances' },
  { name: 'instances-loading', scenario: 'loading', path: '/instances' },
  { name: 'instances-filtered-out', scenario: 'fleet', path: '/instances?search=nothing' },
  { name: 'instances-notice', scenario: 'notices', path: '/instances' },
  {
    name: 'instances-lost',
    scenario: 'lost',
    path: '/instances',
    act: async (page) => page.getByText('The connection to the studio is gone.').waitFor(),
  },
  {
    name: 'switcher',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => page.getByRole('button', { name: /^Active instance:/ }).click(),
  },
  { name: 'commands', scenario: 'fleet', path: '/instances', act: async (page) => page.keyboard.press('Control+k') },
  {
    name: 'card-menu',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => page.getByRole('button', { name: 'Actions for Character Gen' }).click(),
  },
  {
    name: 'start-refused',
    scenario: 'refusing',
    path: '/instances',
    act: async (page) => page.getByRole('button', { name: 'Start', exact: true }).first().click(),
  },
  {
    name: 'create',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await page.getByRole('button', { name: 'New instance' }).click();
      await page.waitForTimeout(1500);
    },
  },
  {
    name: 'edit-test',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await page.getByRole('button', { name: 'Edit' }).first().click();
      await page.getByRole('textbox', { name: 'Port' }).fill('8190');
      await page.getByRole('button', { name: 'Test connection' }).click();
      await page.getByText('ComfyUI is in /home/mara/ComfyUI').waitFor();
      await page.getByText('is already used by python').waitFor();
    },
  },
  ...(['Resources', 'Runtime', 'Environment variables', 'Advanced'] as const).map((tab) => ({
    name: `edit-${tab.split(' ')[0]?.toLowerCase() ?? ''}`,
    scenario: 'fleet',
    path: '/instances',
    act: async (page: Page) => {
      await page.getByRole('button', { name: 'Edit' }).first().click();
      await page.getByRole('tab', { name: tab }).click();
    },
  })),
  {
    name: 'log',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => {
      await page.getByRole('button', { name: 'Logs' }).first().click();
      await page.getByText('Prompt executed').first().waitFor();
    },
  },
  {
    name: 'delete',
    scenario: 'fleet',
    path: '/instances',
    act: async (page) => page.getByRole('button', { name: 'Delete' }).first().click(),
  },
];
