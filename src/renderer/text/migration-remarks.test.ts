import { describe, expect, it } from 'vitest';
import { runProblemCodes, runRemarkCodes } from '#contract/models/migration.ts';
import { migrationRemarks as en } from './en/migration-remarks.ts';
import { migrationRemarks as zh } from './zh/migration-remarks.ts';

describe.each([
  ['English', en],
  ['Chinese', zh],
])('the %s sentences of a migration', (_language, texts) => {
  it('say whatever a run may remark on, and why a plan cannot be carried out', () => {
    expect(Object.keys(texts.runs)).toEqual(expect.arrayContaining([...runRemarkCodes]));
    expect(Object.keys(texts.checks).toSorted()).toEqual(runProblemCodes.toSorted());
  });
});
