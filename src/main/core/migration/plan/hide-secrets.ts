import type { MigrationCandidate, MigrationFinding, MigrationPlan } from '#contract/models/migration.ts';
import { maskSecrets } from '../../instances/configuration/mask-secrets.ts';

/** The part of a command line that may hold a secret. */
interface Shown {
  readonly arguments: readonly string[];
  readonly environmentVariables: Readonly<Record<string, string>>;
}

const masked = (command: Shown): { arguments: string[]; environmentVariables: Record<string, string> } => {
  const shown = maskSecrets({
    command: '',
    arguments: [...command.arguments],
    environment: { ...command.environmentVariables },
    workingFolder: '',
  });
  return { arguments: shown.arguments, environmentVariables: shown.environment };
};

const shownCandidate = (candidate: MigrationCandidate): MigrationCandidate => ({ ...candidate, ...masked(candidate) });

/** A finding as it may be shown: values that look like secrets are replaced. What is planned and applied is the whole. */
export const shownFinding = (finding: MigrationFinding): MigrationFinding => ({
  ...finding,
  candidates: finding.candidates.map(shownCandidate),
});

/** A plan as it may be shown. */
export const shownPlan = (plan: MigrationPlan): MigrationPlan => ({
  ...plan,
  instances: plan.instances.map((instance) => {
    const { extraArguments = [], environmentVariables = {} } = instance.draft;
    const shown = masked({ arguments: extraArguments, environmentVariables });
    return {
      ...instance,
      draft: { ...instance.draft, extraArguments: shown.arguments, environmentVariables: shown.environmentVariables },
    };
  }),
});
