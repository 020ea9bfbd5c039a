import type { Shot } from './shot.ts';

/** The first visit, and taking over what a computer already has. */
export const migrationShots: readonly Shot[] = [
  { name: 'migration-welcome', scenario: 'migration', path: '/welcome' },
  { name: 'migration-nothing', scenario: 'migration-nothing', path: '/welcome' },
  { name: 'migration-looking', scenario: 'migration-looking', path: '/welcome' },
  {
    name: 'migration-details',
    scenario: 'migration',
    path: '/migration',
    act: async (page) => page.getByRole('button', { name: 'Details' }).first().click(),
  },
  { name: 'migration-awkward', scenario: 'migration-awkward', path: '/migration' },
  { name: 'migration-plan', scenario: 'migration', path: '/migration?step=plan' },
  { name: 'migration-open', scenario: 'migration-open', path: '/migration?step=plan' },
  ...(['applying', 'applied', 'failed', 'interrupted', 'undone'] as const).map((state) => ({
    name: `migration-${state}`,
    scenario: `migration-${state}`,
    path: '/migration?run=20261121T092800-0123abcd',
  })),
  { name: 'migration-history', scenario: 'migration-interrupted', path: '/migration/history' },
  { name: 'migration-banner', scenario: 'migration-interrupted', path: '/migration' },
];
