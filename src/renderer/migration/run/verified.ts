import { z } from 'zod';
import type { MigrationRun } from '#contract/models/migration.ts';

/** What verifying found out about one instance. */
export interface Verified {
  readonly instanceId: string;
  readonly name: string;
  readonly modelsBefore: number | null;
  readonly modelsAfter: number | null;
  readonly picture: 'made' | 'failed' | 'skipped' | null;
  readonly isWhole: boolean;
}

const factsSchema = z.object({
  instanceId: z.string(),
  name: z.string(),
  before: z.number().optional(),
  after: z.number().optional(),
});

const about = new Set([
  'models-seen',
  'models-missing',
  'models-unknown',
  'self-test-failed',
  'self-test-skipped',
  'not-ready',
  'gpu-mismatch',
]);

/** Reads the remarks of the last step, an instance a row. */
export const verifiedOf = (run: MigrationRun): readonly Verified[] => {
  const remarks = run.steps.find(({ step }) => step === 'verify')?.remarks ?? [];
  const known = remarks.flatMap((remark) => {
    const facts = factsSchema.safeParse(remark.details);
    return facts.success && about.has(remark.code) ? [{ ...remark, facts: facts.data }] : [];
  });
  return [...Map.groupBy(known, ({ facts }) => facts.instanceId)].map(([instanceId, group]) => {
    const codes = new Set(group.map(({ code }) => code));
    const models = group.find(({ code }) => code === 'models-seen' || code === 'models-missing')?.facts;
    const pictureOf = (): Verified['picture'] => {
      if (codes.has('not-ready')) return null;
      if (codes.has('self-test-failed')) return 'failed';
      return codes.has('self-test-skipped') ? 'skipped' : 'made';
    };
    return {
      instanceId,
      name: group[0]?.facts.name ?? instanceId,
      modelsBefore: models?.before ?? null,
      modelsAfter: models?.after ?? null,
      picture: pictureOf(),
      isWhole: !group.some(({ severity }) => severity !== 'info'),
    };
  });
};
