import type { ValidPrompt } from '#comfyui/validation/prompt-model.ts';
import type { ServerLog } from '../log/server-log.ts';
import type { NodeRegistry, SandboxFolders, SimulatedDevice } from '../nodes/node-definition.ts';
import { clientIdOf, type QueueItem } from '../queue/queue-item.ts';
import type { WebsocketHub } from '../websocket/hub.ts';
import { cacheKeysOf } from './cache-keys.ts';
import { changeKeysOf, promptWithChangeKeys } from './change-keys.ts';
import type { Interruption } from './interruption.ts';
import { isLink } from './links.ts';
import type { NodeMemories } from './node-memories.ts';
import { createProgressRegistry, type ProgressRegistry } from './progress-registry.ts';
import type { CachedResult, ResultCache } from './result-cache.ts';
import { createRunRecord, type RunRecord } from './run-record.ts';

export interface ExecutorDependencies {
  readonly registry: NodeRegistry;
  readonly folders: SandboxFolders;
  readonly device: SimulatedDevice;
  readonly hub: WebsocketHub;
  readonly cache: ResultCache;
  readonly log: ServerLog;
  readonly now: () => number;
  readonly random: () => number;
  readonly settings: { readonly metadata: boolean; readonly previewMethod: string; readonly previewSize: number };
}

/** How a run is watched from outside. */
export interface RunWatch {
  readonly interruption: Interruption;
  /** The node that is at work; null between two and at the end. */
  atNode(nodeId: string | null): void;
  /** Called once the run has got somewhere: at its first step of progress, or before its second node. */
  midway(): Promise<void>;
}

/** Everything that belongs to one run of a prompt. */
export interface Run {
  readonly item: QueueItem;
  readonly prompt: ValidPrompt;
  /** The prompt as it goes into files. */
  readonly shownPrompt: unknown;
  readonly keys: ReadonlyMap<string, string | null>;
  /** Results that are there already, from the cache or from this run. */
  readonly results: Map<string, CachedResult>;
  readonly record: RunRecord;
  readonly progress: ProgressRegistry;
  readonly watch: RunWatch;
}

/** The inputs of a node with its links replaced by what the linked nodes gave. */
export const inputsOf = (run: Run, nodeId: string): Record<string, unknown> => {
  const inputs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(run.prompt[nodeId]?.inputs ?? {})) {
    inputs[name] = isLink(value) ? run.results.get(value[0])?.result.values[value[1]] : value;
  }
  return inputs;
};

/** The kept result of a node, if there is one. */
export const keptResult = (run: Pick<Run, 'keys'>, cache: ResultCache, nodeId: string): CachedResult | undefined => {
  const key = run.keys.get(nodeId) ?? null;
  return key === null ? undefined : cache.get(key);
};

/** Opens a run: tells that it starts, and which of its nodes are cached. */
export const beginRun = async (
  { registry, folders, hub, cache, now }: ExecutorDependencies,
  memories: NodeMemories,
  item: QueueItem,
  watch: RunWatch,
): Promise<Run> => {
  const client = clientIdOf(item);
  const record = createRunRecord(item, hub, client, now);
  const progress = createProgressRegistry(hub, item.promptId, client, now);
  record.started();
  const changeKeys = await changeKeysOf(item.prompt, registry, folders);
  const keys = cacheKeysOf(item.prompt, changeKeys);
  cache.startPrompt(new Set([...keys.values()].filter((key) => key !== null)));
  memories.startPrompt(item.prompt);
  const results = new Map<string, CachedResult>();
  for (const nodeId of keys.keys()) {
    const kept = keptResult({ keys }, cache, nodeId);
    if (kept !== undefined) results.set(nodeId, kept);
  }
  record.cached([...results.keys()]);
  const shownPrompt = promptWithChangeKeys(item.prompt, changeKeys);
  return { item, prompt: item.prompt, shownPrompt, keys, results, record, progress, watch };
};
