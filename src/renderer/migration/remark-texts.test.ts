import { expect, it } from 'vitest';
import { conflictResolutions, findingRemarkCodes, planConflictCodes } from '#contract/models/migration.ts';
import { migrationRemarks } from '../text/en/migration-remarks.ts';

it.each([
  ['findings', findingRemarkCodes],
  ['conflicts', planConflictCodes],
  ['resolutions', conflictResolutions],
] as const)('has a sentence for every code of %s', (group, codes) => {
  expect(codes.filter((code) => !Object.hasOwn(migrationRemarks[group], code))).toEqual([]);
});
