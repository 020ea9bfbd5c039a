import type { InstanceDraft } from '#contract/models/instance.ts';
import type { FindingKind, PlannedConflict, PlannedFolder, PlannedInstance } from '#contract/models/migration.ts';
import { joinPath } from '../../instances/configuration/paths.ts';
import { isLoopback } from '../../instances/configuration/remote-address.ts';
import type { Named } from './give-names.ts';
import { type Placed, type PlanFacts, planConflict, type Step } from './plan-facts.ts';
import { planFolders } from './plan-folders.ts';
import { type PlannedModels, planModels } from './plan-models.ts';

export interface PlacedInstance {
  readonly placed: Placed;
  readonly named: Named;
  /** Null for a remote one. */
  readonly port: number | null;
  readonly isLegacy: boolean;
}

/** Lists that say themselves what starts. */
const sayStart = new Set<FindingKind>(['instances-file', 'environment-variables', 'docker-multi']);
/** The device is said once, by the instance. */
const deviceVariables = new Set([
  'CUDA_VISIBLE_DEVICES',
  'HIP_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
]);
const mostArguments = 200;

/** The program stays in the old place: without this, each start would leave compiled files there. */
const readOnlyProgram = { PYTHONDONTWRITEBYTECODE: '1' } as const;

const variablesOf = ({ source }: Placed): Record<string, string> => ({
  ...readOnlyProgram,
  ...Object.fromEntries(
    Object.entries(source.candidate.environmentVariables).filter(
      ([name, value]) => !deviceVariables.has(name) && name.length <= 200 && value.length <= 8192,
    ),
  ),
});

const pathOf = (folders: readonly PlannedFolder[], role: PlannedFolder['role']): string =>
  folders.find((folder) => folder.role === role)?.to ?? '';

const localDraft = (
  { placed, named, port }: PlacedInstance,
  folders: readonly PlannedFolder[],
  models: PlannedModels,
  facts: PlanFacts,
): PlannedInstance['draft'] => {
  const { source, gpuDevice } = placed;
  const { candidate, finding } = source;
  const searchPaths = models.files.flatMap((file) => ['--extra-model-paths-config', file]);
  const says = sayStart.has(finding.kind);
  return {
    id: named.id,
    name: named.name,
    ...candidate.settings,
    kind: 'local',
    program: 'comfyui',
    host: '127.0.0.1',
    port: port ?? 0,
    comfyuiFolder: source.comfyuiFolder,
    pythonPath: source.pythonPath,
    customNodesPath: pathOf(folders, 'custom-nodes'),
    gpuDevice: gpuDevice.slice(0, 500),
    environmentVariables: variablesOf(placed),
    extraArguments: [...candidate.arguments, ...searchPaths].slice(0, mostArguments),
    folders: {
      base: '',
      output: '',
      user: '',
      temp: '',
      input: pathOf(folders, 'input'),
      models: models.folder,
    } satisfies InstanceDraft['folders'],
    autoStart: facts.choices.autoStart && (says ? candidate.autoStart : true),
  };
};

/** One that was open to the network is reached over the gateway from now on, which can ask for a token. */
const listensHere = ({ source }: Placed): readonly PlannedConflict[] => {
  const { host, name } = source.candidate;
  if (host === '' || isLoopback(host)) return [];
  const message = `${name} listened on ${host}. Its instance listens on this machine only; the gateway serves the network.`;
  return [planConflict('listens-here-only', 'info', 'through-gateway', { message, details: { name, host } })];
};

const planLocal = (instance: PlacedInstance, facts: PlanFacts): Step<PlannedInstance> => {
  const { source, gpu } = instance.placed;
  const root = joinPath(facts.platform, facts.dataFolder, 'instances', instance.named.id);
  const models = planModels(source, facts);
  const folders = planFolders(source.candidate, source.comfyuiFolder, facts.choices, {
    root,
    platform: facts.platform,
  });
  const { conflicts } = models;
  return {
    made: {
      findingId: source.finding.id,
      candidateKey: source.candidate.key,
      draft: localDraft(instance, folders, models.made, facts),
      gpuName: gpu?.name ?? '',
      isLegacy: instance.isLegacy,
      folders: [...folders],
      modelFolders: [...models.made.all],
      secret: 'none',
    },
    // Instances of one source read the same models: it is said once.
    conflicts: instance.placed.isFurther ? [] : [...conflicts, ...listensHere(instance.placed)],
  };
};

const planRemote = (instance: PlacedInstance): Step<PlannedInstance> => {
  const { source } = instance.placed;
  const { candidate } = source;
  const needsLogin = candidate.authentication.type !== 'none';
  const secret = needsLogin ? (candidate.hasSecret ? 'from-file' : 'ask') : 'none';
  const conflicts: PlannedConflict[] =
    secret === 'ask'
      ? [
          planConflict('secret-needed', 'warning', 'asked-later', {
            message: `${candidate.name} wants a login that its file does not hold; type it in when it is made.`,
            details: { name: candidate.name, url: candidate.url },
          }),
        ]
      : [];
  return {
    made: {
      findingId: source.finding.id,
      candidateKey: candidate.key,
      draft: {
        id: instance.named.id,
        name: instance.named.name,
        ...candidate.settings,
        kind: 'remote',
        url: candidate.url,
        authentication: candidate.authentication,
        autoStart: false,
      },
      gpuName: '',
      isLegacy: instance.isLegacy,
      folders: [],
      modelFolders: [],
      secret,
    },
    conflicts,
  };
};

/** One instance in full: what its configuration says, and what becomes of the folders behind it. */
export const planInstance = (instance: PlacedInstance, facts: PlanFacts): Step<PlannedInstance> =>
  instance.placed.source.kind === 'remote' ? planRemote(instance) : planLocal(instance, facts);
