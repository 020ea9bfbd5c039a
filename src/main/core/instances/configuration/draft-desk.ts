import type { ConnectionReport } from '#contract/models/connection.ts';
import type {
  InstanceConfiguration,
  InstanceDraft,
  OfferedFlags,
  ValidationReport,
} from '#contract/models/instance.ts';
import type { MakeId } from '../../ports/clock.ts';
import type { SecretStore } from '../../ports/stores.ts';
import { authorizationOf } from '../endpoint.ts';
import { completeDraft } from './complete-draft.ts';
import { helpTimeoutMs } from './flag-learner.ts';
import { factLimitMs, installFacts, learnFlags } from './gather-facts.ts';
import type { LaunchPlanner } from './launch-planner.ts';
import { type LaunchPreview, maskSecrets } from './mask-secrets.ts';
import { offeredFlags } from './offered-flags.ts';
import { suggestPort } from './suggest-port.ts';
import { type ConnectionTestPorts, testConnection } from './test-connection.ts';
import { validateConfiguration } from './validate-configuration.ts';
import { within } from './within.ts';

/** Everything about a configuration before it is stored. `existing` is the stored instance that a draft changes. */
export interface DraftDesk {
  complete(draft: InstanceDraft, existing: InstanceConfiguration | null): InstanceConfiguration;
  validate(draft: InstanceDraft, existing: InstanceConfiguration | null): Promise<ValidationReport>;
  testConnection(
    draft: InstanceDraft,
    options: {
      readonly existing: InstanceConfiguration | null;
      /** Typed but not stored; the stored one is used where it is undefined. */
      readonly secret: string | undefined;
      readonly signal: AbortSignal;
    },
  ): Promise<ConnectionReport>;
  suggestPort(from: number): Promise<number>;
  /** The flags of the draft's own ComfyUI. */
  flags(draft: InstanceDraft, existing: InstanceConfiguration | null): Promise<OfferedFlags>;
  previewLaunch(configuration: InstanceConfiguration): Promise<LaunchPreview>;
}

export interface DraftDeskDependencies {
  readonly machine: ConnectionTestPorts;
  readonly planner: LaunchPlanner;
  readonly secrets: SecretStore;
  readonly makeId: MakeId;
  readonly splitArguments: (text: string) => readonly string[];
  /** All stored instances. */
  readonly fleet: () => readonly InstanceConfiguration[];
  /** Whether the process of an instance listens at the moment. */
  readonly isRunning: (instanceId: string) => boolean;
}

export const createDraftDesk = (dependencies: DraftDeskDependencies): DraftDesk => {
  const { machine, planner, secrets, makeId, splitArguments, fleet, isRunning } = dependencies;

  const complete = (draft: InstanceDraft, existing: InstanceConfiguration | null): InstanceConfiguration =>
    completeDraft(draft, { existing, makeId, now: machine.clock.now(), splitArguments });

  const runs = (existing: InstanceConfiguration | null): boolean => existing !== null && isRunning(existing.id);

  const flags: DraftDesk['flags'] = async (draft, existing) => {
    const configuration = complete(draft, existing);
    if (configuration.kind === 'remote') return { state: 'remote', flags: [] };
    const install = await within(machine.clock, factLimitMs, installFacts(configuration, machine), null);
    const isWhole =
      configuration.program === 'sandbox' || (install?.hasMainFile === true && install.python.state === 'usable');
    if (!isWhole) return { state: 'no-install', flags: [] };
    const knowledge = await within(machine.clock, helpTimeoutMs, learnFlags(configuration, install, machine), null);
    return knowledge === null ? { state: 'unreadable', flags: [] } : { state: 'known', flags: offeredFlags(knowledge) };
  };

  return {
    complete,
    flags,
    validate: (draft, existing) =>
      validateConfiguration(
        {
          configuration: complete(draft, existing),
          extraArgumentsText: draft.extraArgumentsText,
          existing,
          fleet: fleet(),
          isRunning: runs(existing),
        },
        machine,
      ),
    testConnection: async (draft, { existing, secret, signal }) => {
      const configuration = complete(draft, existing);
      const typed = { ...secrets, get: async (name: string) => secret ?? secrets.get(name) };
      return testConnection(
        {
          configuration,
          authorization: await authorizationOf(configuration, typed),
          others: fleet().filter(({ id }) => id !== existing?.id),
          isRunning: runs(existing) && existing?.port === configuration.port,
          signal,
        },
        machine,
      );
    },
    suggestPort: (from) => suggestPort(from, fleet(), machine.ports),
    previewLaunch: async (configuration) => maskSecrets(await planner.preview(configuration)),
  };
};
