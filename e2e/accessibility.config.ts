import journeys from './playwright.config.ts';

/** Every screen over a canned studio: axe, both languages, 200 % zoom and less motion. */
export default { ...journeys, testIgnore: [], testMatch: 'accessibility.spec.ts', globalSetup: undefined };
