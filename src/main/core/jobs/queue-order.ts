/**
 * Ranks for `count` jobs between two neighbours, null for an open end; null where no number fits between them any more, so that the
 * ranks of all have to be given anew.
 */
export const ranksBetween = (after: number | null, before: number | null, count: number): readonly number[] | null => {
  if (after === null && before === null) return Array.from({ length: count }, (_, index) => index);
  if (after === null) return Array.from({ length: count }, (_, index) => (before ?? 0) - count + index);
  if (before === null) return Array.from({ length: count }, (_, index) => after + index + 1);
  const step = (before - after) / (count + 1);
  const ranks = Array.from({ length: count }, (_, index) => after + step * (index + 1));
  const isRising = ranks.every((rank, index) => rank > (index === 0 ? after : (ranks[index - 1] ?? after)));
  return isRising && (ranks.at(-1) ?? after) < before ? ranks : null;
};
