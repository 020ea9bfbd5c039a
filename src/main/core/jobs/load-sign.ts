import type { Prompt } from '#contract/models/workflow.ts';
import { dependentsOf } from '#core/workflows/prompt-links.ts';
import type { PromptEvent } from './frame-reading.ts';

/** How far a run is with bringing its models into memory, and whether it did any work at all. */
export interface LoadProgress {
  /** The nodes whose steps need the models. */
  readonly modelUsers: ReadonlySet<string>;
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

/** The nodes that work with what these loaders give, directly or not. */
export const modelUsersOf = (prompt: Prompt, loaders: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...dependentsOf(prompt, loaders)].filter((nodeId) => !loaders.has(nodeId)));

export const startLoadProgress = (modelUsers: ReadonlySet<string>): LoadProgress => ({
  modelUsers,
  isLoaded: false,
  executed: false,
  isCacheKnown: false,
});

const stepped = (progress: LoadProgress, nodeIds: readonly string[]): LoadProgress => ({
  ...progress,
  executed: true,
  isLoaded: progress.isLoaded || nodeIds.some((nodeId) => progress.modelUsers.has(nodeId)),
});

/**
 * The load is over at the first step of a node that works with the models. ComfyUI loads lazily: a loader node ends as soon as it has
 * looked at its file, and what is in it reaches the card when a sampler asks for it (comfyui-protocol.md 3.4, 6). A prompt whose
 * nodes tell of no steps is over before anybody knows.
 */
export const advanceLoad = (progress: LoadProgress, event: PromptEvent): LoadProgress => {
  switch (event.kind) {
    case 'cached':
      return { ...progress, isCacheKnown: true };
    case 'nodes': {
      const running = Object.values(event.nodes).filter(({ finished }) => !finished);
      const stepping = running.filter(({ value }) => value > 0).map(({ displayNodeId }) => displayNodeId);
      return running.length === 0 ? progress : stepped(progress, stepping);
    }
    case 'executing':
      return { ...progress, executed: true };
    case 'step':
      return stepped(progress, event.value > 0 ? [event.nodeId] : []);
    case 'started':
    case 'executed':
    case 'preview':
    case 'succeeded':
    case 'failed':
    case 'interrupted':
    case 'ended':
      return progress;
  }
};
