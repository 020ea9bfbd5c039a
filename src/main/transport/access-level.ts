import type { Access } from '#contract/define.ts';
import { StudioError } from '#contract/errors.ts';

const rank = { read: 0, write: 1, admin: 2 } as const satisfies Record<Access, number>;

/** Throws AUTH_FORBIDDEN when a caller with `granted` may not do what needs `needed`. */
export const requireAccess = (needed: Access, granted: Access): void => {
  if (rank[granted] >= rank[needed]) return;
  throw new StudioError('AUTH_FORBIDDEN', undefined, { details: { needed, granted } });
};
