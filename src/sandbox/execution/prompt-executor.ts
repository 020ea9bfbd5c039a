import { toNodeFailure } from '#comfyui/python/node-failure.ts';
import { isOutOfMemory } from '../nodes/node-error.ts';
import { describeInput } from '../nodes/tensor-text.ts';
import type { RunResult } from '../queue/history.ts';
import type { QueueItem } from '../queue/queue-item.ts';
import { createExecutionList } from './execution-list.ts';
import { hiddenInputsOf } from './hidden-inputs.ts';
import { isInterruption } from './interruption.ts';
import { nodeContextOf } from './node-context.ts';
import { createNodeMemories } from './node-memories.ts';
import type { CachedResult } from './result-cache.ts';
import { beginRun, type ExecutorDependencies, inputsOf, keptResult, type Run, type RunWatch } from './run.ts';

export interface PromptExecutor {
  /** Runs a prompt to its end; failures and interrupts are part of the result. */
  run(item: QueueItem, watch: RunWatch): Promise<RunResult>;
  /** Forgets what the nodes remember between prompts. */
  forget(): void;
}

/** A node whose result is there already shows what it showed before, and writes nothing. It does not count as executed. */
const repeatCached = (run: Run, nodeId: string, kept: CachedResult): void => {
  run.results.set(nodeId, kept);
  run.record.shown(nodeId, kept.result.ui ?? null, kept.nodeId);
  run.progress.finish(nodeId);
};

/** Records why a run ended at a node. */
const recordEnd = async (
  { log, device, registry, folders }: ExecutorDependencies,
  run: Run,
  nodeId: string,
  error: unknown,
): Promise<void> => {
  if (isInterruption(error)) {
    log.info('Processing interrupted');
    run.record.interrupted(nodeId);
    return;
  }
  const failure = toNodeFailure(error);
  const lines = failure.traceback.join('');
  log.error(`!!! Exception during processing !!! ${failure.message}`);
  log.error(`Traceback (most recent call last):\n${lines}${failure.exceptionType}: ${failure.message}\n`);
  if (isOutOfMemory(error)) {
    log.error('Got an OOM, unloading all loaded models.');
    device.unloadAll();
  }
  const definition = registry.get(run.prompt[nodeId]?.class_type ?? '');
  const hidden = definition === undefined ? {} : hiddenInputsOf(await definition.info(folders), run, nodeId);
  const given = { ...inputsOf(run, nodeId), ...hidden };
  const inputs = Object.entries(given).map(([name, value]) => [name, [describeInput(value)]] as const);
  run.record.failed(nodeId, failure, Object.fromEntries(inputs));
};

/** Runs prompts one node after the other, with ComfyUI's caching, order and messages (comfyui-protocol.md 5). */
export const createPromptExecutor = (dependencies: ExecutorDependencies): PromptExecutor => {
  const { registry, cache } = dependencies;
  const memories = createNodeMemories();

  const runNode = async (run: Run, nodeId: string): Promise<void> => {
    const definition = registry.get(run.prompt[nodeId]?.class_type ?? '');
    if (definition === undefined) throw new Error(`no node class for ${nodeId}`);
    run.watch.atNode(nodeId);
    run.progress.start(nodeId);
    run.record.executing(nodeId);
    if (run.record.executed.size > 0) await run.watch.midway();
    run.watch.interruption.signal.throwIfInterrupted();
    const context = nodeContextOf(dependencies, memories, run, nodeId);
    const result = await definition.run(inputsOf(run, nodeId), context);
    run.results.set(nodeId, { result, nodeId });
    const key = run.keys.get(nodeId) ?? null;
    if (key !== null) cache.put(key, { result, nodeId });
    if (result.ui !== undefined) run.record.shown(nodeId, result.ui, nodeId);
    run.progress.finish(nodeId);
    run.record.nodeDone(nodeId);
    cache.afterNode();
  };

  const runNodes = async (run: Run): Promise<void> => {
    const list = createExecutionList(run.prompt, run.item.outputs, {
      isCached: (id) => run.results.has(id),
      isOutput: (id) => registry.get(run.prompt[id]?.class_type ?? '')?.isOutputNode === true,
    });
    for (let nodeId = list.next(); nodeId !== null; nodeId = list.next()) {
      // The cache is asked again: an equal node of the same prompt may have run meanwhile.
      const kept = run.results.get(nodeId) ?? keptResult(run, cache, nodeId);
      try {
        if (kept === undefined) await runNode(run, nodeId);
        else repeatCached(run, nodeId, kept);
      } catch (error) {
        await recordEnd(dependencies, run, nodeId, error);
        return;
      }
      list.complete(nodeId);
    }
    await run.watch.midway();
    run.record.succeeded();
  };

  return {
    async run(item, watch) {
      const run = await beginRun(dependencies, memories, item, watch);
      await runNodes(run);
      watch.atNode(null);
      return run.record.result();
    },
    forget: () => memories.clear(),
  };
};
