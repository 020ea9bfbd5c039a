import type { Prompt } from '#contract/models/workflow.ts';
import type { PromptEvent } from './frame-reading.ts';

/** How far a run is with bringing its models into memory, and whether it did any work at all. */
export interface LoadProgress {
  /** Nodes that load models and have not ended. */
  readonly waitingFor: ReadonlySet<string>;
  readonly loaders: ReadonlySet<string>;
  readonly isLoaded: boolean;
  /** A node ran; a prompt that the instance knows whole runs none (comfyui-protocol.md 3.5). */
  readonly executed: boolean;
  /** The instance said what it had already: without that nobody knows whether nothing ran. */
  readonly isCacheKnown: boolean;
}

/** The nodes that name one of these model files, given as `folder/name`. */
export const loaderNodesOf = (prompt: Prompt, loaders: readonly string[]): ReadonlySet<string> => {
  const names = new Set(loaders.map((loader) => loader.slice(loader.indexOf('/') + 1)));
  const found = new Set<string>();
  for (const [nodeId, node] of Object.entries(prompt)) {
    if (Object.values(node.inputs).some((input) => typeof input === 'string' && names.has(input.replaceAll('\\', '/'))))
      found.add(nodeId);
  }
  return found;
};

export const startLoadProgress = (loaders: ReadonlySet<string>): LoadProgress => ({
  waitingFor: loaders,
  loaders,
  isLoaded: false,
  executed: false,
  isCacheKnown: false,
});

const without = (progress: LoadProgress, nodeIds: readonly string[]): LoadProgress =>
  nodeIds.some((nodeId) => progress.waitingFor.has(nodeId))
    ? { ...progress, waitingFor: new Set([...progress.waitingFor].filter((nodeId) => !nodeIds.includes(nodeId))) }
    : progress;

const runs = (progress: LoadProgress, nodeId: string): LoadProgress => ({
  ...progress,
  executed: true,
  isLoaded: progress.isLoaded || (progress.waitingFor.size === 0 && !progress.loaders.has(nodeId)),
});

/**
 * The load is over at the first step of a sampler, which needs its model in the card's memory, or when a node that loads nothing runs
 * and no loader is left: small nodes may run before the loaders do (comfyui-protocol.md 3.4, 3.5).
 */
export const advanceLoad = (progress: LoadProgress, event: PromptEvent): LoadProgress => {
  switch (event.kind) {
    case 'cached':
      return { ...without(progress, event.nodeIds), isCacheKnown: true };
    case 'nodes': {
      const entries = Object.entries(event.nodes);
      const ended = entries.filter(([, node]) => node.finished).map(([nodeId]) => nodeId);
      const running = entries.find(([, node]) => !node.finished);
      const after = without(progress, ended);
      return running === undefined ? after : runs(after, running[1].displayNodeId);
    }
    case 'executing':
      return runs(progress, event.nodeId);
    case 'step':
      return event.value > 0 && !progress.loaders.has(event.nodeId)
        ? { ...progress, executed: true, isLoaded: true }
        : { ...progress, executed: true };
    case 'executed':
      return without(progress, [event.nodeId]);
    case 'started':
    case 'preview':
    case 'succeeded':
    case 'failed':
    case 'interrupted':
    case 'ended':
      return progress;
  }
};
