import type { Encoding } from './merged-body.ts';

const offered: readonly Encoding[] = ['br', 'gzip'];

/** How much a coding is wanted by an Accept-Encoding header, 0 for not at all (RFC 9110, 12.5.3). */
const weightOf = (header: string, coding: string): number => {
  let any = 0;
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    if (name === coding) return Number.isFinite(weight) ? weight : 0;
    if (name === '*') any = Number.isFinite(weight) ? weight : 0;
  }
  return any;
};

/** The coding that a client wants most, or null for none. */
export const acceptedEncoding = (header: string | undefined): Encoding | null => {
  if (header === undefined) return null;
  let best: Encoding | null = null;
  let bestWeight = 0;
  for (const coding of offered) {
    const weight = weightOf(header, coding);
    if (weight > bestWeight) [best, bestWeight] = [coding, weight];
  }
  return best;
};
