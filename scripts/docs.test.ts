import { expect, it } from 'vitest';
import { stalePages } from './docs.ts';

it('keeps the generated pages of docs/ up to date (npm run docs writes them)', () => {
  expect(stalePages()).toEqual([]);
});
