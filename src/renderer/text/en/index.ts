import { first } from './first.ts';
import { later } from './later.ts';

/** Every English sentence of the screens. A new area stands in `later` unless the first page needs it. */
export const en = { ...first, ...later } as const;
