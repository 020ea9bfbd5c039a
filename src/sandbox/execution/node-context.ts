import type { NodeContext } from '../nodes/node-definition.ts';
import type { QueueItem } from '../queue/queue-item.ts';
import type { NodeMemories } from './node-memories.ts';
import type { ExecutorDependencies, Run } from './run.ts';

const pnginfoOf = (item: QueueItem): Readonly<Record<string, unknown>> => {
  const info = item.extraData.extra_pnginfo;
  return typeof info === 'object' && info !== null ? { ...info } : {};
};

/** The prompt's own wish counts, unless it is "default" or no method at all. */
const previewMethodOf = (item: QueueItem, configured: string): string => {
  const asked = item.extraData.preview_method;
  return asked === 'none' || asked === 'auto' || asked === 'latent2rgb' || asked === 'taesd' ? asked : configured;
};

/** What a node of a run may use. */
export const nodeContextOf = (
  dependencies: ExecutorDependencies,
  memories: NodeMemories,
  run: Run,
  nodeId: string,
): NodeContext => {
  const { folders, device, log, settings } = dependencies;
  return {
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
  };
};
