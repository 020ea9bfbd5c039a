import type { ServerLog } from '../log/server-log.ts';
import type {
  NodeContext,
  NodeRegistry,
  NodeResult,
  SandboxFolders,
  SimulatedDevice,
} from '../nodes/node-definition.ts';
import { isOutOfMemory, toNodeFailure } from '../nodes/node-error.ts';
import { describeInput } from '../nodes/tensor-text.ts';
import type { RunResult } from '../queue/history.ts';
import { clientIdOf, type QueueItem } from '../queue/queue-item.ts';
import type { ValidPrompt } from '../validation/prompt-model.ts';
import type { WebsocketHub } from '../websocket/hub.ts';
import { cacheKeysOf } from './cache-keys.ts';
import { changeKeysOf, promptWithChangeKeys } from './change-keys.ts';
import { createExecutionList } from './execution-list.ts';
import { type Interruption, isInterruption } from './interruption.ts';
import { isLink } from './links.ts';
import { createNodeMemories } from './node-memories.ts';
import { createProgressRegistry, type ProgressRegistry } from './progress-registry.ts';
import type { ResultCache } from './result-cache.ts';
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

export interface PromptExecutor {
  /** Runs a prompt to its end; failures and interrupts are part of the result. */
  run(item: QueueItem, watch: RunWatch): Promise<RunResult>;
}

/** Everything that belongs to one run. */
interface Run {
  readonly item: QueueItem;
  readonly prompt: ValidPrompt;
  readonly shownPrompt: unknown;
  readonly keys: ReadonlyMap<string, string | null>;
  readonly results: Map<string, NodeResult>;
  readonly record: RunRecord;
  readonly progress: ProgressRegistry;
  readonly watch: RunWatch;
}

const inputsOf = (run: Run, nodeId: string): Record<string, unknown> => {
  const inputs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(run.prompt[nodeId]?.inputs ?? {})) {
    inputs[name] = isLink(value) ? run.results.get(value[0])?.values[value[1]] : value;
  }
  return inputs;
};

const pnginfoOf = (item: QueueItem): Readonly<Record<string, unknown>> => {
  const info = item.extraData.extra_pnginfo;
  return typeof info === 'object' && info !== null ? { ...info } : {};
};

const previewMethodOf = (item: QueueItem, configured: string): string => {
  const asked = item.extraData.preview_method;
  return asked === 'none' || asked === 'auto' || asked === 'latent2rgb' || asked === 'taesd' ? asked : configured;
};

/** Runs prompts one node after the other, with ComfyUI's caching, order and messages (comfyui-protocol.md 5). */
export const createPromptExecutor = (dependencies: ExecutorDependencies): PromptExecutor => {
  const { registry, folders, device, hub, cache, log, settings } = dependencies;
  const memories = createNodeMemories();
  const isOutput = (prompt: ValidPrompt, id: string): boolean =>
    registry.get(prompt[id]?.class_type ?? '')?.isOutputNode === true;

  const contextOf = (run: Run, nodeId: string): NodeContext => ({
    nodeId,
    folders,
    device,
    signal: run.watch.interruption.signal,
    metadata: settings.metadata ? { prompt: run.shownPrompt, extraPnginfo: pnginfoOf(run.item) } : null,
    async progress(value, max, preview) {
      run.watch.interruption.signal.throwIfInterrupted();
      await run.progress.update(nodeId, { value, max }, preview);
      await run.watch.midway();
    },
    sendText: (text) => run.progress.text(nodeId, text),
    previewsEnabled: previewMethodOf(run.item, settings.previewMethod) !== 'none',
    previewSize: settings.previewSize,
    memory: memories.of(nodeId, run.prompt[nodeId]?.class_type ?? ''),
    random: dependencies.random,
    log: (line) => log.info(line),
    now: () => new Date(dependencies.now()),
  });

  const repeatCached = (run: Run, nodeId: string, result: NodeResult): void => {
    run.record.shown(nodeId, result.ui ?? null);
    run.progress.finish(nodeId);
    run.record.nodeDone(nodeId);
  };

  const runNode = async (run: Run, nodeId: string): Promise<void> => {
    const definition = registry.get(run.prompt[nodeId]?.class_type ?? '');
    if (definition === undefined) throw new Error(`no node class for ${nodeId}`);
    run.watch.atNode(nodeId);
    run.progress.start(nodeId);
    run.record.executing(nodeId);
    if (run.record.executed.size > 0) await run.watch.midway();
    run.watch.interruption.signal.throwIfInterrupted();
    const result = await definition.run(inputsOf(run, nodeId), contextOf(run, nodeId));
    run.results.set(nodeId, result);
    const key = run.keys.get(nodeId) ?? null;
    if (key !== null) cache.put(key, { result });
    if (result.ui !== undefined) run.record.shown(nodeId, result.ui);
    run.progress.finish(nodeId);
    run.record.nodeDone(nodeId);
    cache.afterNode();
  };

  const fail = (run: Run, nodeId: string, error: unknown): void => {
    if (isInterruption(error)) {
      log.info('Processing interrupted');
      run.record.interrupted(nodeId);
      return;
    }
    const failure = toNodeFailure(error);
    log.error(`!!! Exception during processing !!! ${failure.message}`);
    log.error(
      `Traceback (most recent call last):\n${failure.traceback.join('')}${failure.exceptionType}: ${failure.message}\n`,
    );
    if (isOutOfMemory(error)) {
      log.error('Got an OOM, unloading all loaded models.');
      device.unloadAll();
    }
    const inputs = Object.entries(inputsOf(run, nodeId)).map(
      ([name, value]) => [name, [describeInput(value)]] as const,
    );
    run.record.failed(nodeId, failure, Object.fromEntries(inputs));
  };

  const runNodes = async (run: Run): Promise<void> => {
    const list = createExecutionList(run.prompt, run.item.outputs, {
      isCached: (id) => run.results.has(id),
      isOutput: (id) => isOutput(run.prompt, id),
    });
    for (let nodeId = list.next(); nodeId !== null; nodeId = list.next()) {
      const cached = run.results.get(nodeId);
      try {
        if (cached !== undefined) repeatCached(run, nodeId, cached);
        else await runNode(run, nodeId);
      } catch (error) {
        fail(run, nodeId, error);
        return;
      }
      list.complete(nodeId);
    }
    await run.watch.midway();
    run.record.succeeded();
  };

  const begin = async (item: QueueItem, watch: RunWatch): Promise<Run> => {
    const client = clientIdOf(item);
    const record = createRunRecord(item, hub, client, dependencies.now);
    const progress = createProgressRegistry(hub, item.promptId, client, dependencies.now);
    record.started();
    const changeKeys = await changeKeysOf(item.prompt, registry, folders);
    const keys = cacheKeysOf(item.prompt, changeKeys);
    cache.startPrompt(new Set([...keys.values()].filter((key) => key !== null)));
    memories.startPrompt(item.prompt);
    const results = new Map<string, NodeResult>();
    for (const [nodeId, key] of keys) {
      const entry = key === null ? undefined : cache.get(key);
      if (entry !== undefined) results.set(nodeId, entry.result);
    }
    record.cached([...results.keys()]);
    const shownPrompt = promptWithChangeKeys(item.prompt, changeKeys);
    return { item, prompt: item.prompt, shownPrompt, keys, results, record, progress, watch };
  };

  return {
    async run(item, watch) {
      const run = await begin(item, watch);
      await runNodes(run);
      watch.atNode(null);
      return run.record.result();
    },
  };
};
