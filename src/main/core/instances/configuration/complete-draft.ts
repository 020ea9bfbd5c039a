import {
  type InstanceConfiguration,
  type InstanceDraft,
  instanceConfigurationSchema,
} from '#contract/models/instance.ts';
import type { MakeId } from '../../ports/clock.ts';
import { baseUrlOf } from '../endpoint.ts';
import { parseRemoteUrl } from './remote-address.ts';

export interface CompletionContext {
  /** The instance that the draft changes; null for a new one. */
  readonly existing: InstanceConfiguration | null;
  readonly makeId: MakeId;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Splits a typed command line into argv, as a shell would, without ever being one. */
  readonly splitArguments: (text: string) => readonly string[];
}

/** "Character Gen - RTX 4090" becomes character-gen-rtx-4090-3f2a9c: folders and logs of an instance can be told by eye. */
const idFromName = (name: string, makeId: MakeId): string => {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const unique = makeId()
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 6);
  return slug === '' ? `instance-${unique}` : `${slug}-${unique}`;
};

/** Paths are often pasted with blanks around them, or in quotes as the Windows Explorer copies them. */
const cleanPath = (path: string): string =>
  path
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();

const mergeFolders = (
  draft: Partial<InstanceDraft>,
  { folders }: InstanceConfiguration,
): InstanceConfiguration['folders'] => ({
  base: draft.folders?.base ?? folders.base,
  output: draft.folders?.output ?? folders.output,
  input: draft.folders?.input ?? folders.input,
  user: draft.folders?.user ?? folders.user,
  temp: draft.folders?.temp ?? folders.temp,
  models: draft.folders?.models ?? folders.models,
});

const mergeSandbox = (
  draft: Partial<InstanceDraft>,
  { sandbox }: InstanceConfiguration,
): InstanceConfiguration['sandbox'] => ({
  speed: draft.sandbox?.speed ?? sandbox.speed,
  clock: draft.sandbox?.clock ?? sandbox.clock,
  vramBytes: draft.sandbox?.vramBytes ?? sandbox.vramBytes,
  arguments: draft.sandbox?.arguments ?? sandbox.arguments,
});

const mergeIdle = (draft: Partial<InstanceDraft>, { idle }: InstanceConfiguration): InstanceConfiguration['idle'] => ({
  freeAfterMs: draft.idle?.freeAfterMs ?? idle.freeAfterMs,
  stopAfterMs: draft.idle?.stopAfterMs ?? idle.stopAfterMs,
  startOnDemand: draft.idle?.startOnDemand ?? idle.startOnDemand,
});

/** Field by field, so that the compiler lists a field that is added later. */
const merge = (draft: Partial<InstanceDraft>, base: InstanceConfiguration): InstanceConfiguration => ({
  id: base.id,
  createdAt: base.createdAt,
  name: draft.name ?? base.name,
  description: draft.description ?? base.description,
  kind: draft.kind ?? base.kind,
  program: draft.program ?? base.program,
  host: draft.host ?? base.host,
  port: draft.port ?? base.port,
  url: draft.url ?? base.url,
  authentication: draft.authentication ?? base.authentication,
  gpuDevice: draft.gpuDevice ?? base.gpuDevice,
  environmentVariables: draft.environmentVariables ?? base.environmentVariables,
  extraArguments: draft.extraArguments ?? base.extraArguments,
  comfyuiFolder: draft.comfyuiFolder ?? base.comfyuiFolder,
  pythonPath: draft.pythonPath ?? base.pythonPath,
  customNodesPath: draft.customNodesPath ?? base.customNodesPath,
  maxConcurrentWorkflows: draft.maxConcurrentWorkflows ?? base.maxConcurrentWorkflows,
  weight: draft.weight ?? base.weight,
  timeoutMs: draft.timeoutMs ?? base.timeoutMs,
  enableQueueMonitoring: draft.enableQueueMonitoring ?? base.enableQueueMonitoring,
  autoStart: draft.autoStart ?? base.autoStart,
  restartPolicy: draft.restartPolicy ?? base.restartPolicy,
  enabled: draft.enabled ?? base.enabled,
  folders: mergeFolders(draft, base),
  idle: mergeIdle(draft, base),
  sandbox: mergeSandbox(draft, base),
});

const cleaned = (configuration: InstanceConfiguration): InstanceConfiguration => ({
  ...configuration,
  name: configuration.name.trim(),
  host: configuration.host.trim() || '127.0.0.1',
  gpuDevice: configuration.gpuDevice.trim() || 'auto',
  comfyuiFolder: cleanPath(configuration.comfyuiFolder),
  pythonPath: cleanPath(configuration.pythonPath),
  customNodesPath: cleanPath(configuration.customNodesPath),
  folders: {
    base: cleanPath(configuration.folders.base),
    output: cleanPath(configuration.folders.output),
    input: cleanPath(configuration.folders.input),
    user: cleanPath(configuration.folders.user),
    temp: cleanPath(configuration.folders.temp),
    models: cleanPath(configuration.folders.models),
  },
});

/** For a remote instance url, host and port say the same: the url decides unless only host or port were given. */
const withAddress = (configuration: InstanceConfiguration, draft: Partial<InstanceDraft>): InstanceConfiguration => {
  if (configuration.kind === 'local') return { ...configuration, url: '' };
  const isByParts = (draft.host !== undefined || draft.port !== undefined) && (draft.url ?? '') === '';
  if (isByParts || configuration.url === '') {
    return { ...configuration, url: baseUrlOf({ ...configuration, url: '' }) };
  }
  const address = parseRemoteUrl(configuration.url);
  if (!address.ok) return configuration;
  return { ...configuration, url: address.baseUrl, host: address.host, port: address.port };
};

/**
 * The whole configuration that a draft stands for: what it leaves out comes from the instance it changes, else from the defaults.
 * Nothing is checked here; values that make no sense stay for validation to find.
 */
export const completeDraft = (draft: Partial<InstanceDraft>, context: CompletionContext): InstanceConfiguration => {
  const { existing, makeId, now, splitArguments } = context;
  const base =
    existing ??
    instanceConfigurationSchema.parse({
      id: draft.id ?? idFromName(draft.name ?? '', makeId),
      name: draft.name ?? '',
      createdAt: now,
    });
  const merged = merge(draft, base);
  const extraArguments =
    draft.extraArgumentsText === undefined ? merged.extraArguments : [...splitArguments(draft.extraArgumentsText)];
  return withAddress(cleaned({ ...merged, extraArguments }), draft);
};
