import type { FieldProblem, InstanceConfiguration, ValidationReport } from '#contract/models/instance.ts';
import { gatherLocalFacts, gatherReach, type LocalFacts, type MachinePorts } from './gather-facts.ts';
import type { Platform } from './paths.ts';
import { localAddressProblems, remoteAddressProblems } from './rules/address-rules.ts';
import { argumentProblems, quoteProblem } from './rules/argument-rules.ts';
import { environmentProblems } from './rules/environment-rules.ts';
import { generalProblems } from './rules/general-rules.ts';
import { gpuProblems } from './rules/gpu-rules.ts';
import { hostProblems } from './rules/host-rules.ts';
import { installProblems, pathFields, pathProblem, sharedFolderProblems } from './rules/path-rules.ts';

export interface ValidationSubject {
  /** The completed draft. */
  readonly configuration: InstanceConfiguration;
  /** The command line as it was typed, where it was. */
  readonly extraArgumentsText?: string | undefined;
  /** The stored instance that the draft changes, or null for a new one. */
  readonly existing: InstanceConfiguration | null;
  /** All stored instances; the one that is changed may be among them. */
  readonly fleet: readonly InstanceConfiguration[];
  /** The instance's own process listens on its stored port at the moment. */
  readonly isRunning: boolean;
}

const localProblems = (
  subject: ValidationSubject,
  others: readonly InstanceConfiguration[],
  facts: LocalFacts,
  { platform, ownAddresses }: { readonly platform: Platform; readonly ownAddresses: readonly string[] },
): readonly FieldProblem[] => {
  const { configuration, existing } = subject;
  const keepsPort = existing?.kind === 'local' && existing.port === configuration.port;
  const paths = pathFields(configuration).map((field) =>
    pathProblem(field, facts.paths.get(field.field) ?? null, platform),
  );
  const quote = subject.extraArgumentsText === undefined ? null : quoteProblem(subject.extraArgumentsText);
  return [
    ...localAddressProblems(configuration, { others, portState: facts.portState, keepsPort }),
    ...hostProblems(configuration, ownAddresses),
    ...gpuProblems(configuration, facts.gpus, others),
    ...(configuration.program === 'sandbox' ? [] : installProblems(configuration, facts.install, platform)),
    ...paths.filter((problem) => problem !== null),
    ...sharedFolderProblems(configuration, others, platform),
    ...environmentProblems(configuration, platform),
    ...(quote === null ? argumentProblems(configuration, facts.knowledge) : [quote]),
  ];
};

/**
 * Every finding about a configuration in one pass, errors and warnings, in the order of the form. Nothing is stored or started; each
 * question to the machine has a limit, so that a report comes within seconds whatever hangs.
 */
export const validateConfiguration = async (
  subject: ValidationSubject,
  machine: MachinePorts,
): Promise<ValidationReport> => {
  const { configuration, existing, fleet } = subject;
  const others = fleet.filter((other) => other.id !== existing?.id);
  const general = generalProblems(configuration, others);
  const ownsPort = subject.isRunning && existing?.port === configuration.port;
  const specific =
    configuration.kind === 'remote'
      ? remoteAddressProblems(configuration, {
          others,
          ownAddresses: machine.ownAddresses(),
          reach: await gatherReach(configuration, machine),
        })
      : localProblems(subject, others, await gatherLocalFacts(configuration, machine, ownsPort), {
          platform: machine.site.platform,
          ownAddresses: machine.hosts.ownAddresses(),
        });
  const problems = [...general, ...specific];
  return { valid: problems.every(({ severity }) => severity !== 'error'), problems };
};
