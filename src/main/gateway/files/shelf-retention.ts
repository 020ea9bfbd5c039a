import type { NamedUpload } from '#core/ports/upload-names.ts';

export interface ShelfLimits {
  /** A name that nobody used for so long goes. */
  readonly keepMs: number;
  /** Of all contents together; beyond it the names go that were not used for the longest time. */
  readonly maxBytes: number;
  readonly maxNames: number;
}

/**
 * The names that have to go: those that nobody used for long, then as many of the others as are beyond the limits, those first that
 * were not used for the longest time. The names of what a job needs stay.
 */
export const expiredNames = (
  names: readonly NamedUpload[],
  rule: { readonly limits: ShelfLimits; readonly now: number; readonly isNeeded: (uploadId: string) => boolean },
): readonly NamedUpload[] => {
  const { keepMs, maxBytes, maxNames } = rule.limits;
  const left = new Map<string, number>();
  let bytes = 0;
  for (const { uploadId, sizeBytes } of names) {
    const others = left.get(uploadId) ?? 0;
    if (others === 0) bytes += sizeBytes;
    left.set(uploadId, others + 1);
  }
  let count = names.length;
  const expired: NamedUpload[] = [];
  for (const name of names.toSorted((a, b) => a.usedAt - b.usedAt)) {
    const { uploadId, sizeBytes, usedAt } = name;
    const isTooOld = usedAt < rule.now - keepMs;
    if (!isTooOld && bytes <= maxBytes && count <= maxNames) break;
    if (rule.isNeeded(uploadId)) continue;
    expired.push(name);
    count -= 1;
    const others = (left.get(uploadId) ?? 1) - 1;
    left.set(uploadId, others);
    if (others === 0) bytes -= sizeBytes;
  }
  return expired;
};
