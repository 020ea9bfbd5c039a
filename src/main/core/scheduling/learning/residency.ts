import type { WorkflowShape } from '../scheduler-interface.ts';

/** Prompts of an instance that are remembered, whatever its cache. */
const promptsRemembered = 16;

/**
 * Which models an instance holds, followed from what it ran, since no route of ComfyUI tells (comfyui-protocol.md 6). With its default
 * cache an instance remembers exactly the nodes of its last prompt; with `--cache-lru` or a small `--cache-ram` reserve those of more
 * (comfyui-protocol.md 5.2), which `cachedPrompts` says.
 */
export interface Residency {
  /** The instance began with a prompt that uses these models. */
  ran(instanceId: string, models: Models): void;
  /** Model files in its memory; `cachedPrompts` = how many of its last prompts it remembers. */
  holds(instanceId: string, cachedPrompts: number): ReadonlySet<string>;
  /** The loader key of its last prompt; null when it holds nothing. */
  lastLoaderKey(instanceId: string): string | null;
  /** It holds nothing any more. */
  emptied(instanceId: string): void;
}

/** The models of a prompt. */
export type Models = Pick<WorkflowShape, 'loaders' | 'loaderKey'>;

const nothing: ReadonlySet<string> = new Set();

export const createResidency = (): Residency => {
  /** The newest first. */
  const prompts = new Map<string, readonly Models[]>();
  return {
    ran: (instanceId, models) => {
      const others = (prompts.get(instanceId) ?? []).filter(({ loaderKey }) => loaderKey !== models.loaderKey);
      prompts.set(instanceId, [models, ...others].slice(0, promptsRemembered));
    },
    holds: (instanceId, cachedPrompts) => {
      const remembered = prompts.get(instanceId);
      if (remembered === undefined) return nothing;
      return new Set(remembered.slice(0, Math.max(1, cachedPrompts)).flatMap(({ loaders }) => loaders));
    },
    lastLoaderKey: (instanceId) => prompts.get(instanceId)?.[0]?.loaderKey ?? null,
    emptied: (instanceId) => {
      prompts.delete(instanceId);
    },
  };
};
