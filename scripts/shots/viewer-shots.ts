import type { Shot } from './shot.ts';

/** ComfyUI's own page inside the studio. */
export const viewerShots: readonly Shot[] = [
  { name: 'viewer', scenario: 'fleet', path: '/view/character-gen' },
  { name: 'viewer-stopped', scenario: 'fleet', path: '/view/spare' },
  { name: 'viewer-failed', scenario: 'fleet', path: '/view/lab' },
  { name: 'viewer-gone', scenario: 'fleet', path: '/view/nobody' },
  { name: 'viewer-nobody', scenario: 'empty', path: '/view' },
  {
    name: 'viewer-choose',
    scenario: 'fleet',
    path: '/view/gateway',
    act: async (page) => page.getByRole('combobox', { name: 'Whose page is shown' }).click(),
  },
];
