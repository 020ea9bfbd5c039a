import type { FieldProblem, InstanceConfiguration, InstanceDraft } from '#contract/models/instance.ts';
import type { MigrationPlan } from '#contract/models/migration.ts';
import type { Settings } from '#contract/models/settings.ts';
import type { Clock, MakeId } from '#core/ports/clock.ts';
import type { ComfyClient } from '#core/ports/comfy-client.ts';
import type { ComfyReader } from '#core/ports/comfy-reader.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { MigrationFiles, MigrationJournals, StudioDocuments } from '#core/ports/migration.ts';
import type { GatewayPort } from '../gateway-port/gateway-port.ts';
import type { Fleet } from '../instances/fleet-interface.ts';
import type { MigrationSite } from './apply/effects.ts';

/** A plan together with what must not stand in it. */
export interface PlannedMigration {
  readonly plan: MigrationPlan;
  /** Address of the running server that an instance of the plan stands for, by instance id. */
  readonly oldServers: Readonly<Record<string, string>>;
  /** Token or password of a remote instance; null where there is none. */
  secretOf(instanceId: string): Promise<string | null>;
}

/** What carrying out and taking back a plan needs of the studio and of the machine. */
export interface MigrationDependencies {
  readonly site: MigrationSite;
  readonly clock: Clock;
  readonly makeId: MakeId;
  readonly logger: Logger;
  readonly journals: MigrationJournals;
  readonly files: MigrationFiles;
  readonly documents: StudioDocuments;
  readonly fleet: Pick<
    Fleet,
    'feed' | 'list' | 'get' | 'create' | 'remove' | 'setActive' | 'activeInstanceId' | 'start' | 'restart' | 'endpoint'
  >;
  /** What is wrong with a draft by the rules for those of a user: most likely it would not start. */
  readonly problemsOf: (draft: InstanceDraft) => Promise<readonly FieldProblem[]>;
  /** Completes a draft. INSTANCE_INVALID where it does not fit what can be stored. */
  readonly complete: (draft: InstanceDraft) => InstanceConfiguration;
  readonly moveInstance: (instanceId: string, port: number) => Promise<void>;
  readonly gatewayPort: GatewayPort;
  /** Where the gateway listens. */
  readonly gateway: () => { readonly port: number };
  readonly settings: { current(): Settings; change(apply: (before: Settings) => Settings): Promise<Settings> };
  readonly client: Pick<ComfyClient, 'nodeClasses' | 'submit' | 'history'> & Pick<ComfyReader, 'get'>;
  /** The plan of this id, or null when none was made since the studio started, or the machine is another one by now. */
  readonly findPlan: (planId: string) => Promise<PlannedMigration | null>;
}
