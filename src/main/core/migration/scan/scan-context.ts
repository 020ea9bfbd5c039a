import type {
  FindingKind,
  FindingRemarkCode,
  MigrationCandidate,
  MigrationRemark,
} from '#contract/models/migration.ts';
import type { ParseText, PlaceReader } from '#core/ports/place-reader.ts';
import type { Platform } from '../../instances/configuration/paths.ts';

/** What every look goes by. */
export interface ScanContext {
  readonly reader: PlaceReader;
  readonly parseYaml: ParseText;
  /** Splits a typed command line into argv, without ever running a shell. */
  readonly splitArguments: (text: string) => readonly string[];
  readonly platform: Platform;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a look saw, before it has an id. Secrets stay out of candidates: they go with their key, for the secret store. */
export interface Sighting {
  readonly kind: FindingKind;
  readonly title: string;
  readonly location: string;
  readonly version: string;
  readonly candidates: readonly MigrationCandidate[];
  readonly remarks: readonly MigrationRemark[];
  readonly secrets?: ReadonlyMap<string, string>;
}

/** A remark on a look; `message` is for scripts, screens have their own sentence for the code. */
export const findingRemark = (
  code: FindingRemarkCode,
  severity: MigrationRemark['severity'],
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): MigrationRemark => ({ code, severity, message, details: { ...details } });

/** A candidate with nothing known but its name. */
export const emptyCandidate = (key: string, name: string): MigrationCandidate => ({
  key: key.slice(0, 200),
  name: name.slice(0, 200),
  comfyuiFolder: '',
  pythonPath: '',
  url: '',
  host: '',
  port: null,
  gpuDevice: 'auto',
  arguments: [],
  environmentVariables: {},
  autoStart: false,
  folders: [],
  modelFolders: [],
  looseModelFolders: [],
  modelConfigurationFiles: [],
  customNodes: [],
  runningPid: null,
  isActive: false,
  authentication: { type: 'none' },
  settings: {},
  hasSecret: false,
});
