import type { Page } from 'playwright';

/** One picture: a canned studio, a page of it, and what is done before it is taken. */
export interface Shot {
  readonly name: string;
  readonly scenario: string;
  readonly path: string;
  readonly act?: (page: Page) => Promise<void>;
}
