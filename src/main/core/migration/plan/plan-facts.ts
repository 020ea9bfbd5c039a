import type { Gpu } from '#contract/models/gpu.ts';
import type { InstanceConfiguration } from '#contract/models/instance.ts';
import type {
  ConflictResolution,
  MigrationCandidate,
  MigrationChoices,
  MigrationFinding,
  MigrationRemark,
  PlanConflictCode,
  PlannedConflict,
} from '#contract/models/migration.ts';
import type { PortState } from '#core/ports/machine.ts';
import type { Platform } from '../../instances/configuration/paths.ts';

/** Everything that a plan is made of, read at one moment. */
export interface PlanFacts {
  readonly choices: MigrationChoices;
  /** The chosen ones, in the order of the choice. */
  readonly findings: readonly MigrationFinding[];
  readonly gpus: readonly Gpu[];
  readonly existing: readonly InstanceConfiguration[];
  /** Every port that a candidate wants. */
  readonly wantedPorts: ReadonlyMap<number, PortState>;
  /** Ports on which nothing listens and that no instance has, ascending; as many as could be needed. */
  readonly freePorts: readonly number[];
  /** Where the studio and its gateway listen. */
  readonly ownPorts: readonly number[];
  readonly gatewayPort: number;
  /** Who has the port that the gateway would take over. */
  readonly takeOverState: PortState;
  /** On the disk of the data folder. */
  readonly freeBytes: number | null;
  readonly dataFolder: string;
  readonly platform: Platform;
}

/** The port that the gateway takes over on request: that of a ComfyUI that nobody moved. */
export const takeOverPort = 8188;

/** A candidate on its way to an instance. */
export interface Source {
  readonly finding: MigrationFinding;
  readonly candidate: MigrationCandidate;
  readonly kind: 'local' | 'remote';
  /** The program it runs, its own or that of another finding. */
  readonly comfyuiFolder: string;
  readonly pythonPath: string;
}

/** A source on a GPU; several of one source where it runs once per GPU. */
export interface Placed {
  readonly source: Source;
  readonly gpu: Gpu | null;
  readonly gpuDevice: string;
  /** Made beside the first one of its source, for a further GPU. */
  readonly isFurther: boolean;
}

/** Who has a port, where it is neither an instance nor a program with a name. */
export type PortHolder = 'gateway' | 'atelier' | 'unknown';

/** A clash with what the plan does about it; an empty resolution leaves it to the user. */
export const planConflict = (
  code: PlanConflictCode,
  severity: MigrationRemark['severity'],
  resolution: ConflictResolution | '',
  text: { readonly message: string; readonly details?: Readonly<Record<string, unknown>> },
): PlannedConflict => ({
  code,
  severity,
  resolution,
  message: text.message,
  details: { ...text.details },
});

/** One step of planning: what it made, and what it met. */
export interface Step<Made> {
  readonly made: Made;
  readonly conflicts: readonly PlannedConflict[];
}
