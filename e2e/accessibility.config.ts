import journeys from './playwright.config.ts';

/** Every state of every screen over a canned studio: axe, both languages, 200 % zoom and less motion. */
export default {
  ...journeys,
  grepInvert: [],
  testMatch: 'accessibility.spec.ts',
  globalSetup: undefined,
  // Nothing is shared between the screens, and no process is started.
  fullyParallel: true,
  workers: 2,
};
