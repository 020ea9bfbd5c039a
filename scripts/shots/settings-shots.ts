import type { Shot } from './shot.ts';

const list = {
  name: 'instances.json',
  mimeType: 'application/json',
  buffer: Buffer.from('{"instances": [], "global_settings": {}}'),
};

/** Found by place rather than by word, so that they can be taken in every language. */
const section = (name: string, act?: Shot['act']): Shot => ({
  name: `settings-${name}`,
  scenario: 'fleet',
  path: `/settings?section=${name}`,
  ...(act === undefined ? {} : { act }),
});

/** Every section of the settings. */
export const settingsShots: readonly Shot[] = [
  section('balancing'),
  section('health'),
  section('queue'),
  section('starting'),
  section('gateway'),
  section('addresses', async (page) => {
    await page.getByRole('main').locator('button[aria-expanded]').first().click();
    await page.locator('main svg[role=img]').first().waitFor();
  }),
  section('appearance'),
  section('notifications'),
  section('shortcuts', async (page) => {
    await page.locator('[data-recording]').first().click();
    await page.keyboard.press('Control+e');
    await page.getByRole('alert').waitFor();
  }),
  section('folders'),
  section('exchange', async (page) => page.locator('input[type=file]').waitFor({ state: 'attached' })),
  {
    ...section('exchange'),
    name: 'settings-import',
    act: async (page) => {
      await page.setInputFiles('input[type=file]', list);
      await page.getByText('comfyui-backup (2)').first().waitFor();
    },
  },
  section('snapshots'),
  {
    ...section('snapshots'),
    name: 'settings-restore',
    act: async (page) => {
      await page.locator('li button').first().click();
      await page.getByRole('dialog').getByText('Video tests').waitFor();
    },
  },
  section('diagnostics', async (page) => {
    await page.getByRole('main').locator('button').nth(-1).click();
    await page.getByText('logs/atelier.log').click();
  }),
  section('about'),
  { name: 'settings-found', scenario: 'fleet', path: '/settings?find=log' },
  { name: 'settings-place', scenario: 'fleet', path: '/settings?section=queue&at=kept-days' },
  { name: 'settings-loading', scenario: 'loading', path: '/settings' },
];
