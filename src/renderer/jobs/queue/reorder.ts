/** Where moved jobs go: before another one, or behind all. */
export type ReorderTarget = 'end' | { readonly before: string };

export interface JobOrder {
  readonly total: number;
  /** The job at a position; undefined while its page is not there. */
  readonly idAt: (index: number) => string | undefined;
}

/** The first job from a position on that stays where it is; null when that cannot be told yet. */
const firstStaying = ({ total, idAt }: JobOrder, from: number, moved: ReadonlySet<string>): ReorderTarget | null => {
  for (let index = from; index < total; index += 1) {
    const id = idAt(index);
    if (id === undefined) return null;
    if (!moved.has(id)) return { before: id };
  }
  return 'end';
};

/** The target of a drop at the upper or lower edge of a row; null where nothing would change or nothing can be told. */
export const dropTarget = (
  order: JobOrder,
  index: number,
  edge: 'above' | 'below',
  moved: ReadonlySet<string>,
): ReorderTarget | null => {
  const at = edge === 'above' ? index : index + 1;
  const own = order.idAt(index);
  if (moved.size === 1 && own !== undefined && moved.has(own)) return null;
  return firstStaying(order, at, moved);
};

/** What a key asks for: one place up or down, or all the way. */
export type ReorderStep = -1 | 1 | 'front' | 'end';

/** The target of a step by key; null at the ends. */
export const stepTarget = (order: JobOrder, index: number, step: ReorderStep): ReorderTarget | 'front' | null => {
  if (step === 'front' || step === 'end') return step;
  const id = order.idAt(index);
  const to = index + step;
  if (id === undefined || to < 0 || to >= order.total) return null;
  return firstStaying(order, step === -1 ? to : to + 1, new Set([id]));
};
