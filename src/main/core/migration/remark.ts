import type { MigrationRemark, RunProblemCode, RunRemarkCode } from '#contract/models/migration.ts';

/** Names in a remark: enough to know what is meant, never so many that a screen or a journal drowns. */
export const maxNamesInRemark = 50;

/** A remark with its facts; the sentence that a person reads is written by the screens. */
export const remark = (
  severity: MigrationRemark['severity'],
  code: RunRemarkCode | RunProblemCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): MigrationRemark => ({ severity, code, message, details: { ...details } });

/** The first names and how many there are. */
export const someOf = (names: readonly string[]): { readonly names: readonly string[]; readonly count: number } => ({
  names: names.slice(0, maxNamesInRemark),
  count: names.length,
});
